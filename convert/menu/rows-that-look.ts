import { asTested, call, type Form, formsOf, type Row } from './form.ts';
import { constant, holdsAmongMany, isOfLoop, testsSuccess } from './polarity.ts';

/** Ops that look at the count, before they change it or without changing it; and what sets it. */
export const ROWS_THAT_LOOK: readonly Row[] = [
  /*
   * A get that is refused to who comes too late: by 0, or by the value of an object that is dead. With a bias that value is 0.
   *
   *     atomic_add_unless(&peer->refs, 1, -1)       -1 is dead, 0 is idle: refcount_inc_not_zero with a bias
   *     atomic_inc_not_zero(&peer->refs)            the same without
   */
  {
    fits: ({ effect }) => effect.kind === 'get',
    forms: (site) => {
      const get = call(site, 'inc_not_zero', 'add_not_zero');
      const plain = call(site, 'inc', 'add');
      const granted =
        site.use.kind === 'value' ? ['? 1 : 0', '1'] : ['', holdsAmongMany(site) === false ? '0' : '1'];
      return formsOf(
        {
          name: 'inc_not_zero',
          text: get && (granted[0] ? `(${get} ${granted[0]})` : asTested(get, holdsAmongMany(site))),
          op: 'inc_not_zero',
          distance: 0,
          why: 'the same, if what is refused is 0',
        },
        {
          name: 'inc',
          text: plain && `(${plain}, ${granted[1]})`,
          op: 'inc',
          distance: 2,
          why: 'where it is never refused',
        },
        {
          name: 'negated',
          text: get && site.use.kind !== 'value' && asTested(get, holdsAmongMany(site) === false),
          op: 'inc_not_zero',
          distance: 1,
          isOfRepair: true,
          why: 'the test was meant the other way round',
        },
        {
          name: 'none',
          text: granted[1],
          op: undefined,
          distance: 6,
          isStructural: true,
          why: 'no reference is taken',
        },
      );
    },
  },
  /*
   * A put only if it is the last one, or only if it is not. In atomic_t that is atomic_add_unless(r, -1, 1); a conversion that is repaired
   * has the ops of refcount_t.
   */
  {
    fits: ({ effect }) => effect.kind === 'drop',
    forms: (site) => {
      const isDropped = holdsAmongMany(site);
      const { when } = site.effect as { when: string };
      const isLast = when === 'last' ? !isDropped : isDropped;
      const [own, other] = when === 'last' ? ['dec_if_one', 'dec_not_one'] : ['dec_not_one', 'dec_if_one'];
      return formsOf(
        {
          name: own,
          text: asTested(`refcount_${own}($r)`, isLast),
          op: own,
          distance: 0,
          why: 'the same, moved by the bias',
        },
        {
          name: 'dec_and_test',
          text: asTested('refcount_dec_and_test($r)', when === 'last' ? isLast : !isLast),
          op: 'dec_and_test',
          distance: 2,
          why: 'it takes one in any case',
        },
        {
          name: other,
          text: asTested(`refcount_${other}($r)`, !isLast),
          op: other,
          distance: 3,
          why: 'the opposite',
        },
        // The forms above keep what the test is for. A slip does not: one name was written for the other, and the test is as it was.
        {
          name: `${other}_as_tested`,
          text: isLast !== undefined && asTested(`refcount_${other}($r)`, isLast),
          op: other,
          distance: 3,
          isOfRepair: true,
          why: 'one was written for the other',
        },
      );
    },
  },
  /*
   * refcount_t has the same ops with a lock, by the same names and with the same arguments.
   *
   *     atomic_dec_and_lock(&p->refs, &lock)       refcount_dec_and_lock(&p->refs, &lock)
   */
  {
    fits: ({ effect }) => effect.kind === 'locked drop',
    forms: (site) => {
      const name = site.op.replace(/^(?:atomic|refcount)_/, '');
      const text = site.written.replace(site.op, `refcount_${name}`).replace(site.counter, () => '$r');
      return formsOf({ name: 'dec_and_lock', text, op: 'dec_and_lock', distance: 0, why: 'the same' });
    },
  },
  /*
   * A compare-exchange that claims an object nobody uses, or takes one up that was idle. What it compares with is not looked at: with the
   * right bias it is the last reference, and with a wrong one a small program tells.
   *
   *     atomic_cmpxchg(&peer->refs, 0, -1) == 0       refcount_dec_if_one(&peer->refs), with a bias
   */
  {
    // One whose new value is worked out counts up or down in a loop, and is no claim.
    fits: (site) => site.effect.kind === 'claim' && testsSuccess(site) !== undefined && !isOfLoop(site),
    forms: (site) => {
      const { from, to } = site.effect as { from: string; to: string };
      const isUp = (constant(to) ?? 0) > (constant(from) ?? Number.NaN);
      const wins = testsSuccess(site);
      const claim = (op: string, distance: number, why: string) => ({
        name: op,
        text: asTested(`refcount_${op}($r)`, wins),
        op,
        distance,
        why,
      });
      return isUp
        ? formsOf(claim('inc_not_zero', 1, 'who takes it up'))
        : formsOf(
            claim('dec_if_one', 0, 'who claims takes the last one'),
            claim('dec_and_test', 2, 'the same without a look'),
            {
              ...claim('dec_not_one', 3, 'the last one stays'),
              text: asTested('refcount_dec_not_one($r)', !wins),
            },
          );
    },
  },
  /*
   * A read that decides. Where what follows it tests the count again, as a claim does, it only saves that, and may go.
   *
   *     atomic_read(r) == 0 && atomic_cmpxchg(r, 0, -1) == 0       refcount_read(r) == 1 && refcount_dec_if_one(r)
   *                                                               refcount_dec_if_one(r)
   */
  {
    fits: ({ effect, use }) => effect.kind === 'read' && use.kind === 'compare',
    forms: (site) => {
      const { relation } = site.use as { relation: string };
      return formsOf(
        {
          name: 'shifted',
          text: `refcount_read($r) ${relation} $c`,
          op: 'read',
          distance: 0,
          why: 'the constant moves with the bias',
        },
        {
          name: 'as_it_is',
          text: `refcount_read($r) ${relation} $u`,
          op: 'read',
          distance: 1,
          only: 'with bias',
          why: 'the constant stays',
        },
        ...slips(`refcount_read($r) ${relation} `, 'read'),
        {
          name: 'left_out',
          text: site.until !== undefined && '1',
          op: undefined,
          distance: 2,
          why: 'what follows tests it again',
        },
      );
    },
  },
  /* A number that goes elsewhere: to a file of /proc, say, whose readers expect the number of users. */
  {
    fits: ({ effect, use }) => effect.kind === 'read' && use.kind !== 'compare',
    forms: () =>
      formsOf(
        {
          name: 'shifted',
          text: '$v',
          op: 'read',
          distance: 0,
          why: 'the number of users, without the bias',
        },
        {
          name: 'as_it_is',
          text: '(int)refcount_read($r)',
          op: 'read',
          distance: 1,
          only: 'with bias',
          why: 'the number with the bias',
        },
      ),
  },
  /* An init. One that stays as it was is how an object is made before it has the reference of the structure. */
  {
    fits: ({ effect }) => effect.kind === 'set',
    forms: () =>
      formsOf(
        {
          name: 'shifted',
          text: 'refcount_set($r, $c)',
          op: 'set',
          distance: 0,
          why: 'an init moves with the bias',
        },
        {
          name: 'as_it_is',
          text: 'refcount_set($r, $u)',
          op: 'set',
          distance: 1,
          only: 'with bias',
          why: 'an init that stays',
        },
        ...slips('refcount_set($r, ', 'set', ')'),
      ),
  },
];

/** A constant that is one off. */
function slips(before: string, op: string, behind = ''): Form[] {
  return (['$+', '$-'] as const).map((constant) => ({
    name: constant === '$+' ? 'one_more' : 'one_less',
    text: `${before}${constant}${behind}`,
    op,
    distance: 1,
    only: 'without bias',
    isOfRepair: true,
    why: 'the constant is one off',
  }));
}
