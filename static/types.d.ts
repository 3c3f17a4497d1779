/**
 * The page's API, as promised in docs/protocol.md. Copy this file beside your own scripts to have
 * `window.izin` checked by TypeScript.
 */

/** A category (`analytics`), or the id of one service (`google-analytics`). */
type IzinId = string;

interface IzinDecision {
  readonly categories: Readonly<Record<string, boolean>>;
  readonly services: Readonly<Record<string, boolean>>;
  /** The version of the notice that was shown. */
  readonly notice: string;
  /** ISO 8601, UTC: the service's clock, or the device's while `pending`. */
  readonly time: string;
  /** The committed record; `null` for a refusal, which carries no identifier, and while `pending`. */
  readonly record: string | null;
  /** Not recorded yet: what it grants is held until it is. */
  readonly pending: boolean;
}

/** Why something is held or released: a stable code, and a sentence in the visitor's language. */
interface IzinRule {
  readonly code:
    | "granted"
    | "ahead"
    | "undecided"
    | "unverified"
    | "several"
    | "unreadable"
    | "foreign"
    | "stale"
    | "expired"
    | "refused"
    | "withdrawn"
    | "pending"
    | "gpc"
    | "country"
    | "storage"
    | "unknown"
    | "taken"
    | "not_held";
  /** The category or service that it is about. */
  readonly of: IzinId;
  readonly text: string;
}

interface IzinReportedService {
  readonly id: IzinId;
  readonly name: string;
  readonly product: string;
  readonly category: IzinId;
  /** `running` has run on this page; `released` may, and nothing has. */
  readonly state: "held" | "running" | "released";
  readonly rule: IzinRule;
  readonly record: string | null;
  readonly time: string | null;
  /** Whom it may contact; `*.` stands for any host below. */
  readonly hosts: readonly string[];
  /** `shared` is the script of another service that serves for this one too. */
  readonly tags: readonly {
    readonly src: string;
    readonly present: boolean;
    readonly shared: string | null;
  }[];
}

type IzinRemover = "page" | "service" | "nobody";

/** What `izin.explain()` tells: plain JSON, a copy of what stood when it was asked for. */
interface IzinReport {
  readonly site: string;
  readonly notice: string;
  readonly language: string;
  readonly decision: IzinDecision | null;
  readonly record: string | null;
  readonly time: string | null;
  /** Seconds since the decision. */
  readonly age: number | null;
  /** When the visitor is asked again; ISO 8601, UTC. */
  readonly until: string | null;
  /** When the page asks the service again, where the visitor's country decides. */
  readonly recheck: string | null;
  /** How many decisions are not recorded yet. */
  readonly pending: number;
  readonly cookie: {
    readonly name: string;
    readonly state:
      | "none"
      | "readable"
      | "several"
      | "unreadable"
      | "foreign"
      | "stale"
      | "expired";
    readonly text: string;
    readonly notice: string | null;
    readonly issued: string | null;
  };
  readonly signals: {
    readonly gpc: boolean;
  };
  readonly services: readonly IzinReportedService[];
  /** Marked-up elements that are not released. */
  readonly elements: readonly {
    readonly element: string;
    readonly izin: string;
    readonly src: string | null;
    readonly rule: IzinRule;
    /** The id that may have been meant. */
    readonly nearest: IzinId | null;
  }[];
  /** Cookies and storage keys of services that are not granted, still there. */
  readonly left: readonly {
    readonly service: IzinId;
    readonly name: string;
    readonly place: "cookie" | "localStorage" | "sessionStorage";
    readonly removed: IzinRemover;
  }[];
  /** What such services may have stored where this page cannot look. */
  readonly unseen: readonly {
    readonly service: IzinId;
    readonly domain: string;
    readonly removed: IzinRemover;
    readonly names: readonly string[];
  }[];
  /** Requests to a known product's hosts for which nothing is released. */
  readonly unmanaged: readonly {
    readonly host: string;
    readonly requests: number;
    readonly first: string;
    readonly by: string;
    /** The held services that have this host; none where only other products have it. */
    readonly services: readonly IzinId[];
    /** The names of all products that have it. */
    readonly products: readonly string[];
    readonly text: string;
  }[];
  readonly consent: {
    /** The commands that count, by their position in `dataLayer`. */
    readonly commands: readonly {
      readonly position: number;
      readonly command: string;
      readonly values: Readonly<Record<string, string | number | boolean>>;
      readonly region: readonly string[] | null;
    }[];
    readonly problems: readonly {
      readonly code:
        | "default_missing"
        | "default_late"
        | "default_repeated"
        | "signal_missing"
        | "array"
        | "container";
      readonly of: string;
      readonly text: string;
    }[];
  };
}

interface Izin {
  readonly site: string;
  /** `null` while the visitor is undecided. */
  readonly decision: IzinDecision | null;
  /** Is this released on this page now? */
  has(id: IzinId): boolean;
  /** The first decision, of an earlier page or of this one, once it is recorded. */
  readonly ready: Promise<IzinDecision>;
  accept(): Promise<IzinDecision | null>;
  refuse(): Promise<IzinDecision | null>;
  withdraw(): Promise<IzinDecision | null>;
  /** Decide one by one; what is not named is refused. */
  choose(choice: Readonly<Record<IzinId, boolean>>): Promise<IzinDecision | null>;
  /** Why each service is held or released here. It changes nothing. */
  explain(): Promise<IzinReport>;
  /** Open the settings dialog. */
  open(): void;
  /** Before the script has run, `window.izin` is an array and this waits for it. */
  push(then: (izin: Izin) => void): void;
}

interface Window {
  izin?: Izin | Array<(izin: Izin) => void>;
}

interface DocumentEventMap {
  "izin:change": CustomEvent<IzinDecision | null>;
}
