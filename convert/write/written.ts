import type { Candidate, Menu } from '../menu/candidate.ts';
import type { Sites } from '../sites/site.ts';

/** What of a conversion its text follows from. */
export interface Written {
  readonly sites: Sites;
  readonly menu: Menu;
  readonly candidate: Candidate;
  /** By state: by how much its count moves. */
  readonly shifts: ReadonlyMap<string, number>;
}
