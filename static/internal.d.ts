// What the pieces of the script share: the names that banner/script/compose.py gives them.

interface Config {
  site: string;
  languages: string[];
  notice: string;
  seconds: number;
  domain: string;
  /** The services of each optional category. */
  categories: Record<string, string[]>;
  control: Record<string, string>;
  /** Empty where the owner wants no button of ours. */
  buttonStyle: string;
}

interface Lazy {
  texts: Record<string, Record<string, string>>;
  policy: Record<string, string>;
  css: string;
  /** By language: the file's name at the service. */
  dialogs: Record<string, string>;
  stored: Record<string, { cookies: string[]; storage: string[] }>;
}

declare const config: Config;
declare const lazy: () => Lazy;

type Choice = Record<string, boolean>;
type Step = [string, string, any?, string?, ...any[]];

interface Release {
  first: Step[];
  update: Step[];
  services: Record<string, Step[]>;
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
  previous?: string;
}

interface Kept {
  token?: string;
  release?: Release;
  /** Acknowledged while a later one is still waiting. */
  last?: string;
  pending: DecisionEvent[];
}

/** What the banner and the dialog get from the core. */
interface Inside {
  config: Config;
  base: string;
  lazy: () => Lazy;
  dress(root: ShadowRoot, css: string): void;
  decide(choice: Choice, surface: string): Promise<IzinDecision | null>;
  everything(): Choice;
  open(): void;
  decision(): IzinDecision | null;
  language(chosen?: string): string;
  /** Is the banner asking now, and not only telling? */
  asks?: boolean;
  show?: (asks: boolean, key?: string) => void;
  close?: () => void;
  dialog?: () => void;
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
}

interface HTMLScriptElement {
  izin?: Inside;
}

interface Navigator {
  globalPrivacyControl?: boolean;
}

interface Window {
  trustedTypes?: any;
  gtag?: (...args: any[]) => void;
  [name: string]: any;
}
