import type { OpSite } from '../sites/site.ts';
import { asTested, by, call, type Form, formsOf, isOne, type Row } from './form.ts';
import { holdsAmongMany } from './polarity.ts';

/*
 * Ops that are written out as loops of compare-exchange. What the loop refuses, and what it does else, has been told from all its ways
 * (`loop-op.ts`), so the nearest form is the op itself, and the loop goes.
 *
 *     old = atomic_read(r);                                         return refcount_inc_not_zero(r);
 *     do {
 *             if (!old)
 *                     return false;
 *     } while (!atomic_try_cmpxchg(r, &old, old + 1));
 *     return true;
 */
/** The rows of loops. A loop that is no op has no row: then the source does not convert, and the answer says why (`whyNoLoop`). */
export const ROWS_OF_LOOPS: readonly Row[] = [
  {
    fits: ({ loop, effect }) => loop !== undefined && effect.kind === 'get',
    forms: (site) => {
      const plain = call(site, 'inc', 'add');
      const get = call(site, 'inc_not_zero', 'add_not_zero');
      // Callers that only ask whether see no difference; whoever sees one refutes it.
      const more = site.loop?.tellsCount ? 1 : 0;
      const { limit } = site.effect as { readonly limit?: string };
      if (limit !== undefined)
        return loops(
          ['limited', limitedText(site), more, 'the loop is this op written out'],
          ['inc_not_zero', get, 3, 'where it never comes to its limit'],
        );
      return loops(
        ['inc_not_zero', get, more, 'the loop is this op written out'],
        ['inc', plain && `(${plain}, 1)`, 2, 'where it is never refused'],
      );
    },
  },
  /* A put unless it is the last, or only if. The others are what a plain put may have there. */
  {
    fits: ({ loop, effect }) => loop !== undefined && effect.kind === 'drop',
    forms: ({ effect }) => {
      const isLast = effect.kind === 'drop' && effect.when === 'last';
      const [own, other] = isLast ? ['dec_if_one', 'dec_not_one'] : ['dec_not_one', 'dec_if_one'];
      return loops(
        [own!, `refcount_${own}($r)`, 0, 'the loop is this op written out'],
        ['dec_and_test', asTested('refcount_dec_and_test($r)', isLast), 2, 'it takes one in any case'],
        [other!, `!refcount_${other}($r)`, 3, 'the opposite'],
      );
    },
  },
  /*
   * From one count to another, with a look in front or without: `-1` to `0`, say. With the right bias that is the last reference, which a
   * claim takes, or the first one, which is taken up.
   */
  {
    fits: ({ loop, effect }) => loop !== undefined && effect.kind === 'claim',
    forms: ({ effect }) => {
      const { from, to } = effect as { readonly from: string; readonly to: string };
      return Number(to) > Number(from)
        ? loops(['inc_not_zero', 'refcount_inc_not_zero($r)', 1, 'who takes it up'])
        : loops(
            ['dec_if_one', 'refcount_dec_if_one($r)', 0, 'who claims takes the last one'],
            ['dec_and_test', 'refcount_dec_and_test($r)', 2, 'the same without a look'],
            ['dec_not_one', '!refcount_dec_not_one($r)', 3, 'the last one stays'],
          );
    },
  },
  {
    // An op that is never refused needs no loop. What it tells is whether it took the last one.
    fits: ({ loop, effect }) => loop !== undefined && effect.kind === 'add',
    forms: (site) => {
      const isTold = holdsAmongMany(site) !== undefined;
      if (site.effect.kind === 'add' && site.effect.sign > 0)
        return loops(
          ['inc', isTold ? undefined : call(site, 'inc', 'add'), 0, 'the loop is this op written out'],
          [
            'inc_not_zero',
            call(site, 'inc_not_zero', 'add_not_zero'),
            2,
            'where nobody may hold one any more',
          ],
        );
      const put = call(site, 'dec_and_test', 'sub_and_test');
      return loops(
        [
          'dec',
          isTold || !isOne(site) ? undefined : 'refcount_dec($r)',
          0,
          'the loop is this op written out',
        ],
        ['dec_and_test', put, isTold ? 0 : 1, 'the loop is this op written out'],
      );
    },
  },
];

/** Since v6.15. It has no form without the number that was there, which may go nowhere. */
function limitedText(site: OpSite): string {
  return isOne(site)
    ? '__refcount_inc_not_zero_limited_acquire($r, NULL, $l)'
    : `__refcount_add_not_zero_limited_acquire(${by(site)}, $r, NULL, $l)`;
}

function loops(
  ...rows: readonly (readonly [name: string, text: string | undefined, distance: number, why: string])[]
): Form[] {
  return formsOf(
    ...rows.map(([name, text, distance, why]) => ({
      name,
      text,
      op: opOf(text ?? ''),
      distance,
      why,
    })),
  );
}

/** `(refcount_inc($r), 1)` has the order of inc. */
function opOf(text: string): string | undefined {
  return /refcount_(\w+)\(/.exec(text)?.[1];
}
