/**
 * What a long search needs to know of the process that it runs in. A search looks at no clock of its own: whoever
 * starts it hands it one, `systemHost` as a rule, and a test one that it winds by hand.
 */
export interface Host {
  /** Milliseconds since some moment. Never goes back. */
  now(): number;
  /** The date, as ISO 8601 text. */
  date(): string;
  /** Memory of the process, in bytes. */
  memory(): number;
  /** Calls back once, after a number of milliseconds (Infinity: never). @returns what calls it off */
  after(milliseconds: number, act: () => void): () => void;
  /** Calls back at an interval in milliseconds. @returns what ends it */
  every(milliseconds: number, act: () => void): () => void;
}
