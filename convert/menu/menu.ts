import type { CallSite, FreeSite, Site } from '../sites/site.ts';
import type { Form, Row } from './form.ts';
import { ROWS_OF_LOOPS } from './rows-of-loops.ts';
import { ROWS_THAT_ADD } from './rows-that-add.ts';
import { ROWS_THAT_LOOK } from './rows-that-look.ts';

/**
 * The menu. A row for each kind of op and of use; in a row the op of the same shape comes first. A form that is wrong costs a
 * run of a small program, and one that is missing costs the conversion, so what is doubtful is on it.
 */
const ROWS: readonly Row[] = [...ROWS_THAT_ADD, ...ROWS_THAT_LOOK];

/** The forms that could stand at a site, the nearest first; none where refcount_t has nothing like it. */
export function formsAt(site: Site): readonly Form[] {
  if (site.kind === 'call') return callForms(site);
  if (site.kind === 'free') return freeForms(site);
  if (site.loop) return ROWS_OF_LOOPS.filter(({ fits }) => fits(site)).flatMap(({ forms }) => forms(site));
  return ROWS.filter(({ fits }) => fits(site)).flatMap(({ forms }) => forms(site));
}

/**
 * What v4.11 did to `ip_vs_dest`: a reference that is dropped, to be taken again by who takes the object out of the trash, is
 * kept instead. Two sites change together then, the drop and the get, and each alone is wrong.
 */
function callForms({ written, calls }: CallSite): readonly Form[] {
  return [
    {
      name: 'call',
      text: written,
      op: undefined,
      distance: 0,
      why: `as it was; what ${calls} does is a site of its own`,
    },
    {
      name: 'none',
      text: '(void)0',
      op: undefined,
      distance: 5,
      isStructural: true,
      why: 'the reference is kept, or handed over',
    },
  ];
}

/**
 * A get under RCU may meet an object whose count is 0 already, and is refused. Where the put itself waits for those readers they are
 * granted instead, as they were by an atomic_t that went up from 0.
 */
function freeForms({ written }: FreeSite): readonly Form[] {
  return [
    { name: 'now', text: written, op: undefined, distance: 0, why: 'as it was: the put is made here' },
    {
      name: 'rcu',
      text: undefined,
      op: 'dec_and_test',
      distance: 5,
      isStructural: true,
      why: 'the put is left to an RCU callback, behind all who look',
    },
  ];
}
