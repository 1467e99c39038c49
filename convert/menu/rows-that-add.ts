import type { OpSite } from '../sites/site.ts';
import { asTested, by, call, formsOf, isOne, type Row, wrapped } from './form.ts';
import { holdsAmongMany } from './polarity.ts';

const isAdd = ({ effect }: OpSite, sign: 1 | -1) => effect.kind === 'add' && effect.sign === sign;
const isTested = (site: OpSite) => holdsAmongMany(site) !== undefined;

/** Ops that add or take, whatever the count is. Their results tell the first user, or the last one. */
export const ROWS_THAT_ADD: readonly Row[] = [
  /*
   * A reference that is taken, and nobody asks how many there were.
   *
   *     atomic_inc(&peer->refs);       refcount_inc(…), which objects to 0
   *                                    (void)refcount_inc_not_zero(…), which leaves 0 as it is
   */
  {
    fits: (site) => isAdd(site, 1) && !isTested(site) && site.use.kind !== 'value',
    forms: (site) =>
      formsOf(
        {
          name: 'inc',
          text: call(site, 'inc', 'add'),
          op: 'inc',
          distance: 0,
          why: 'the same: somebody holds one already',
        },
        {
          name: 'inc_not_zero',
          text: wrapped(call(site, 'inc_not_zero', 'add_not_zero')),
          op: 'inc_not_zero',
          distance: 2,
          why: 'where nobody may hold one any more; whether it was granted nobody asks',
        },
        {
          name: 'none',
          text: '(void)0',
          op: undefined,
          distance: 5,
          isStructural: true,
          why: 'the reference is handed over, and not taken anew',
        },
      ),
  },
  /*
   * Who takes the first reference is told so. Without a bias the first finds 0, from where refcount_t does not go up; with one nobody
   * is ever the first. Both forms are here so that the answer can say so.
   *
   *     if (atomic_inc_return(&dev->users) == 1)       if (!refcount_inc_not_zero(&dev->users))
   *             start(dev);                                    start(dev);
   */
  {
    fits: (site) => isAdd(site, 1) && isTested(site),
    forms: (site) => {
      const get = call(site, 'inc_not_zero', 'add_not_zero');
      const plain = call(site, 'inc', 'add');
      return formsOf(
        {
          name: 'inc_not_zero',
          text: get && asTested(get, holdsAmongMany(site)),
          op: 'inc_not_zero',
          distance: 1,
          why: 'the first is who finds 0',
        },
        {
          name: 'inc',
          text: plain && `(${plain}, ${holdsAmongMany(site) ? 1 : 0})`,
          op: 'inc',
          distance: 2,
          why: 'nobody is ever the first',
        },
      );
    },
  },
  /*
   * How many there were goes elsewhere as a number. Who looks at it asks for the first user, or sees that nothing is wrong.
   *
   *     n = atomic_fetch_inc(&key->usage);       n = (refcount_inc(&key->usage), 1);
   *     WARN_ON(n == 0);                         n = (refcount_inc_not_zero(&key->usage) ? 1 : 0);
   */
  {
    fits: (site) => isAdd(site, 1) && site.use.kind === 'value',
    forms: (site) => {
      const [plain, get] = [call(site, 'inc', 'add'), call(site, 'inc_not_zero', 'add_not_zero')];
      const isOld = site.effect.kind === 'add' && site.effect.gives === 'old';
      const [many, first] = isOld ? ['1', '0'] : [`${by(site)} + 1`, by(site)];
      return formsOf(
        {
          name: 'inc',
          text: plain && `(${plain}, ${many})`,
          op: 'inc',
          distance: 1,
          why: 'somebody holds one already, and the number says no more than that',
        },
        {
          name: 'inc_not_zero',
          text: get && `(${get} ? ${many} : ${first})`,
          op: 'inc_not_zero',
          distance: 2,
          why: 'the number is looked at for being the first',
        },
      );
    },
  },
  /*
   * A put after which nobody asks whether it was the last. Its object is freed elsewhere, or the reference of the structure is always
   * left: then it is refcount_dec, which objects where it was the last one after all.
   *
   *     atomic_dec(&peer->refs);       from 1 to 0: peer is idle       with a bias from 2 to 1
   */
  {
    fits: (site) => isAdd(site, -1) && site.use.kind === 'void',
    forms: (site) =>
      formsOf(
        {
          name: 'dec',
          text: isOne(site) && 'refcount_dec($r)',
          op: 'dec',
          distance: 0,
          why: 'the same: somebody else holds one more',
        },
        {
          name: 'dec_and_test',
          text: wrapped(call(site, 'dec_and_test', 'sub_and_test')),
          op: 'dec_and_test',
          distance: 1,
          why: 'it may be the last, and nobody asks',
        },
        {
          name: 'dec_not_one',
          text: isOne(site) && '(void)refcount_dec_not_one($r)',
          op: 'dec_not_one',
          distance: 3,
          why: 'the last one stays',
        },
        {
          name: 'dec_if_one',
          text: isOne(site) && '(void)refcount_dec_if_one($r)',
          op: 'dec_if_one',
          distance: 4,
          why: 'only the last one goes',
        },
        {
          name: 'none',
          text: '(void)0',
          op: undefined,
          distance: 5,
          isStructural: true,
          why: 'the reference is kept, for who takes the object back',
        },
      ),
  },
  /*
   * The last put. However the source asks for it, there is one case that many users never see, and that one is the last.
   *
   *     atomic_dec_and_test(r)             refcount_dec_and_test(r)
   *     atomic_dec_return(r) < 0           refcount_dec_and_test(r), with a bias
   *     atomic_dec_return(r) >= 0          !refcount_dec_and_test(r), with a bias
   */
  {
    fits: (site) => isAdd(site, -1) && isTested(site),
    forms: (site) => {
      const isLast = !holdsAmongMany(site);
      const put = call(site, 'dec_and_test', 'sub_and_test');
      return formsOf(
        {
          name: 'dec_and_test',
          text: put && asTested(put, isLast),
          op: 'dec_and_test',
          distance: 0,
          why: 'the test is for the last one',
        },
        {
          name: 'dec_if_one',
          text: isOne(site) && asTested('refcount_dec_if_one($r)', isLast),
          op: 'dec_if_one',
          distance: 2,
          why: 'it takes nothing but the last one',
        },
        {
          name: 'dec_not_one',
          text: isOne(site) && asTested('refcount_dec_not_one($r)', !isLast),
          op: 'dec_not_one',
          distance: 2,
          why: 'the last one stays: it is the bias',
        },
        {
          name: 'negated',
          text: put && asTested(put, !isLast),
          op: 'dec_and_test',
          distance: 1,
          isOfRepair: true,
          why: 'the test was meant the other way round',
        },
      );
    },
  },
  /*
   * What is left goes elsewhere as a number. refcount_t tells only whether nothing is left, which is enough for whoever compares
   * the number with 0 later; others differ, and fall.
   */
  {
    fits: (site) => isAdd(site, -1) && site.use.kind === 'value',
    forms: (site) => {
      const put = call(site, 'dec_and_test', 'sub_and_test');
      const values =
        site.effect.kind === 'add' && site.effect.gives === 'old' ? [by(site), '0'] : ['0', '-1'];
      return values.flatMap((last, at) =>
        formsOf({
          name: at === 0 ? 'dec_and_test' : 'dec_and_test_below',
          text: put && `(${put} ? ${last} : ${Number(last) + 1})`,
          op: 'dec_and_test',
          distance: 1 + at,
          why: 'the number is looked at for being the last one',
        }),
      );
    },
  },
];
