import type { Child } from './dom.ts';

/** A page: its name above all else, and what it shows. */
export interface Page {
  readonly title: string;
  /** Above the name: the way here. */
  readonly crumbs?: readonly Child[];
  readonly body: readonly Node[];
  /** What a key does here; false where it does nothing. */
  readonly onKey?: (key: string) => boolean;
}
