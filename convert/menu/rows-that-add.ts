import type { OpSite } from '../sites/site.ts';
import { asTested, by, call, formsOf, isOne, type Row, wrapped } from './form.ts';
import { holdsAmongMany } from './polarity.ts';

const isAdd = ({ effect }: OpSite, sign: 1 | -1) => effect.kind === 'add' && effect.sign === sign;
const isTested = (site: OpSite) => holdsAmongMany(site) !== undefined;

/** Ops that add or take, whatever the count is. Their results tell the first user, or the last one. */
export const ROWS_THAT_ADD: readonly Row[] = [
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
      );
    },
  },
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
