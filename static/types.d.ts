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
