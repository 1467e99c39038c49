/** A page: its name above all else, and what it shows. */
export interface Page {
  readonly title: string;
  readonly body: readonly Node[];
  /** What a key does here; false where it does nothing. */
  readonly onKey?: (key: string) => boolean;
}
