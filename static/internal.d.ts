// What the pieces of the script share: the names that banner/script/compose.py gives them.

interface Config {
  site: string;
  /** What all of the site's addresses at the service begin with. */
  at: string;
  /** The same as tags may show it, as a regular expression: only where a path may be unknown. */
  own?: string;
  languages: string[];
  notice: string;
  seconds: number;
  domain: string;
  /** The name of the queue of Google's tags; empty where none of them is in the site's file. */
  layer: string;
  /** The services of each optional category. */
  categories: Record<string, string[]>;
  /** Does the owner want our small button? */
  button: boolean;
  /** Changes with the parts and with the tags: the parts' folder, and which releases still count. */
  version: string;
  /** What runs before any choice: only in Google's advanced mode. */
  ahead?: Release;
  /** Of each part, by name and language: only in the script by its pinned address. */
  integrity?: Record<string, string>;
}

interface Lazy {
  texts: Record<string, Record<string, string>>;
  policy: Record<string, string>;
  css: string;
}

declare const config: Config;
declare const lazy: () => Lazy;

type Choice = Record<string, boolean>;
type Step = [string, string, any?, any?, ...any[]];

/** What one service may leave in this browser: cookies with their path, and storage keys. */
interface Left {
  cookies: [string, string][];
  storage: string[];
}

interface Release {
  first: Step[];
  update: Step[];
  services: Record<string, Step[]>;
  /** What quiets a service that has run, until the page is reloaded. */
  stop: Record<string, Step[]>;
  /** By service, refused ones too. */
  left: Record<string, Left>;
  /** Granted, and held all the same. */
  held: Record<string, "gpc" | "country">;
  /** Seconds since 1970: from then on the service must be asked again. */
  until?: number;
}

interface TokenFields {
  v: number;
  site: string;
  notice: string;
  issued: number;
  record?: string;
  granted: string;
  refused: string;
}

/** A decision as it is sent (docs/protocol.md). */
interface DecisionEvent {
  event: string;
  notice: string;
  locale: string;
  surface: string;
  categories: Choice;
  services: Choice;
  signals: { gpc: boolean };
  client_time: string;
  /** The version of this script: it tells the service which words were shown. */
  script: string;
  previous?: string;
}

interface Kept {
  token?: string;
  /** What the token says. */
  decision?: IzinDecision;
  /** What the service gave for it, and under which version of the script. */
  release?: Release;
  version?: string;
  /** Seconds by which the service's clock is ahead of this device's. */
  clock?: number;
  /** Acknowledged while a later one is still waiting. */
  last?: string;
  pending: DecisionEvent[];
}

/** What the banner and the parts get from the core. */
interface Inside {
  config: Config;
  base: string;
  lazy: () => Lazy;
  dress(root: ShadowRoot | HTMLElement, css: string): void;
  decide(choice: Choice, surface: string): Promise<IzinDecision | null>;
  eventOf(choice: Choice, surface: string): DecisionEvent;
  /** The service's answer to a decision; nothing where it refuses, throws where it is away. */
  submit(event: DecisionEvent): Promise<any>;
  everything(): Choice;
  /** Sends what is not acknowledged; `speak` says how much the visitor hears of it. */
  send(speak: number): Promise<IzinDecision | null>;
  /** Waits so long before it asks again, and from now on sends cookies like that. */
  retry(milliseconds: number, mode?: RequestCredentials): void;
  /** What waits for parts on their way. */
  calls: Record<string, any[]>;
  /** Calls a part, and loads it first if need be. */
  part(name: string, given?: any): void;
  /** The script's own element, for its nonce. */
  script: HTMLScriptElement;
  trusted(kind: string, text: string): any;
  /** What has run on this page. */
  ran: Set<string>;
  /** Deletes what refused services may have left; the names of the cookies that are still there. */
  clean(services: Readonly<Choice>): string[];
  /** Cuts this page off from what `granted` does not name; says whether something of it has run. */
  silence(granted: (id: string) => boolean): boolean;
  reload(): void;
  /** Keeps what `kept` holds; says whether it will be there on the next page. */
  save(): boolean;
  gpc(): boolean;
  has(id: string): boolean;
  /** What each kind of step does; `gtag` and `push` are not judged. */
  kinds: Record<string, (...given: any[]) => any>;
  /** Says something to the visitor, in the banner's place. */
  tell(text?: string): void;
  kept(): Kept;
  decision(): IzinDecision | null;
  language(chosen?: string): string;
  /** Is the banner asking now, and not only telling? */
  asks?: boolean;
  /** What we have put into the page, and would put there again. */
  standing: Record<string, HTMLElement>;
  show?: (asks: boolean, text?: any) => void;
  close?: () => void;
  /** Puts back what a page has taken away with its body, or with all of itself. */
  mend?: (core: { listen(): void; calls: any }) => void;
  dialog?: () => void;
  button?: (focused?: boolean) => void;
  /** Looks what lies under the small button. */
  look?: () => void;
  /** Moves what we show out of the page's way. */
  aside?: () => void;
  notes?: (key: string) => void;
  /** Takes the banner off what has the focus. */
  uncover?: () => void;
  fault?: (speak: number) => void;
  /** The page has switched to this language. */
  follow?: (language: string) => void;
  marked?: () => void;
  /** What is marked up and not released. */
  held?: () => HTMLElement[];
  eachHeldFrame?: (act: (frame: HTMLIFrameElement) => void) => void;
  isReleased?: (element: HTMLElement) => boolean;
  /** Has somebody else given it its address while it was held? */
  isTaken?: (element: HTMLElement) => boolean;
  queue?: (given: [any, (() => void)?, number?]) => void;
  ends?: (given: [[string, string][], number]) => void;
  /** Shows a held frame or image, whatever has been chosen. */
  load?: (element: HTMLElement) => void;
  /** Empties it and holds it again. */
  hold?: (element: HTMLElement) => void;
  /** The address that a frame is held for, wherever it is kept meanwhile. */
  addressOf?: (frame: HTMLElement) => string | null;
  /** Puts a frame into its place anew. */
  renew?: (frame: HTMLElement) => void;
  /** Takes the placeholder's traces off a frame that is to be shown. */
  clear?: (frame: HTMLElement) => void;
  embeds?: () => void;
  /** What a page shows that was reached by an address of ours. */
  reached?: () => void;
  explain?: (done?: (report: IzinReport) => void) => void;
  /** Draws the report for people. */
  panel?: (report: () => IzinReport) => void;
}

interface EmbedTexts {
  /** By language, then by key; `categories` has the names of those by id. */
  texts: Record<string, any>;
  /** The name, the provider and the category of each service. */
  services: Record<string, [string, string, string]>;
}

interface DialogService {
  id: string;
  name: string;
  purpose: string;
  fields: [string, string][];
  stored: [string, string, string, string][];
  links: [string, string][];
}

interface DialogCategory {
  id: string;
  asked: boolean;
  name: string;
  description: string;
  services: DialogService[];
}

interface DialogTexts {
  language: string;
  direction: string;
  gpc: string;
  held: string;
  left: string;
  title: string;
  close: string;
  refuse: string;
  accept: string;
  save: string;
  withdraw: string;
  on: string;
  off: string;
  always: string;
  details: string;
  stored: string;
  columns: string[];
  before: string[];
  categories: DialogCategory[];
  after: string[];
  links: [string, string][];
  records: string;
}

interface HTMLScriptElement {
  izin?: Inside;
}

interface Document {
  /** https://wicg.github.io/nav-speculation/prerendering.html */
  readonly prerendering?: boolean;
}

interface Navigator {
  globalPrivacyControl?: boolean;
}

interface Window {
  trustedTypes?: any;
  gtag?: (...args: any[]) => void;
  [name: string]: any;
}
