import type { Candidate, Menu } from '../menu/candidate.ts';
import { type Order, REFCOUNT_ORDER } from '../sites/ops.ts';
import type { OpSite } from '../sites/site.ts';

/** A site that orders less than it did. */
export interface OrderingNote {
  readonly site: OpSite;
  readonly was: Order;
  readonly is: Order;
  /** The op of refcount_t that is there now; undefined where there is none any more. */
  readonly op: string | undefined;
}

const STRENGTH: readonly Order[] = [
  'nothing',
  'control',
  'acquire',
  'release',
  'release and acquire',
  'full',
];

/** Orders as people say them. */
export const ORDER_WORDS: Readonly<Record<Order, string>> = {
  nothing: 'no order',
  control: 'a control dependency',
  acquire: 'acquire',
  release: 'release',
  'release and acquire': 'release, and acquire on the last',
  full: 'a full barrier',
};

/**
 * What a conversion orders less than the original, site by site: refuzz runs all accesses in one order, so it is for the reader to
 * judge. atomic_t promises a full barrier for each op that returns something; refcount_t promises what its users need.
 */
export function orderingNotes(menu: Menu, candidate: Candidate): OrderingNote[] {
  return menu.sites.flatMap((site, at) => {
    if (site.kind !== 'op') return [];
    const { op, text } = menu.forms[at]![candidate.forms[at]!]!;
    const is = op === undefined ? 'nothing' : (REFCOUNT_ORDER[op] ?? 'nothing');
    return STRENGTH.indexOf(is) < STRENGTH.indexOf(site.order)
      ? [{ site, was: site.order, is, op: op && spelled(text, op) }]
      : [];
  });
}

/** As it is written there: of more than one it is `sub_and_test`, with the order of `dec_and_test`. */
function spelled(text: string | undefined, op: string): string {
  return /\brefcount_(\w+)\(/.exec(text ?? '')?.[1] ?? op;
}
