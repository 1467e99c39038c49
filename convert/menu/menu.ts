import type { CallSite, FreeSite, OpSite, Site } from '../sites/site.ts';
import { constant, holdsAmongMany, testsSuccess } from './polarity.ts';

/** A form that could stand at a site. */
export interface Form {
  /** As `--keep SITE=FORM` names it. */
  readonly name: string;
  /**
   * What stands there then. `$r` is the counter's address; `$c` the constant that is compared, or set, moved by the bias, `$u` the same
   * unmoved, `$+` and `$-` one more and one less than that; `$v` what is read, without the bias. Undefined for the RCU callback, which is more than an expression.
   */
  readonly text: string | undefined;
  /** The op of refcount_t whose order it has; undefined for none. */
  readonly op: string | undefined;
  /** 0 for the op of the same shape; the larger, the less it is like what was there. */
  readonly distance: number;
  /** Whether the structure changes: tried when the plain forms have been. */
  readonly isStructural?: true;
  /** Only together with a bias, or only without, since it is the same as another form otherwise. */
  readonly only?: 'with bias' | 'without bias';
  /** Only where a conversion is repaired: slips of one. */
  readonly isOfRepair?: true;
  /** Why it is on the menu. */
  readonly why: string;
}

/** A row of the menu: the forms of all sites that it fits. */
interface Row {
  readonly fits: (site: OpSite) => boolean;
  readonly forms: (site: OpSite) => readonly Form[];
}

const isAdd = ({ effect }: OpSite, sign: 1 | -1) => effect.kind === 'add' && effect.sign === sign;
const by = ({ effect }: OpSite) => ('by' in effect ? effect.by : '1');
const isOne = (site: OpSite) => constant(by(site)) === 1;
const isTested = (site: OpSite) => holdsAmongMany(site) !== undefined;
/** `!x` for a test that holds in the other case. */
const asTested = (text: string, isWanted: boolean | undefined) => (isWanted === false ? `!${text}` : text);

/** An op of refcount_t with an amount, where that is not one. */
function call(site: OpSite, one: string, many: string | undefined): string | undefined {
  if (isOne(site)) return `refcount_${one}($r)`;
  return many && `refcount_${many}(${by(site)}, $r)`;
}

/** Leaves out what refcount_t does not have. */
function formsOf(...forms: readonly (Omit<Form, 'text'> & { readonly text: string | undefined | false })[]) {
  return forms.flatMap((form) => (form.text ? [{ ...form, text: form.text }] : []));
}

/**
 * The menu. A row for each kind of op and of use; in a row the op of the same shape comes first. A form that is wrong costs a
 * run of a small program, and one that is missing costs the conversion, so what is doubtful is on it.
 */
const ROWS: readonly Row[] = [
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
          text: get && asTested(`${get}${granted[0] && ` ${granted[0]}`}`, holdsAmongMany(site)),
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
      );
    },
  },
  {
    fits: ({ effect }) => effect.kind === 'locked drop',
    forms: (site) => {
      const name = site.op.replace(/^(?:atomic|refcount)_/, '');
      const text = site.written.replace(site.op, `refcount_${name}`).replace(site.counter, () => '$r');
      return formsOf({ name: 'dec_and_lock', text, op: 'dec_and_lock', distance: 0, why: 'the same' });
    },
  },
  {
    fits: (site) => site.effect.kind === 'claim' && testsSuccess(site) !== undefined,
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

function wrapped(text: string | undefined): string | undefined {
  return text && `(void)${text}`;
}

/** The forms that could stand at a site, the nearest first; none where refcount_t has nothing like it. */
export function formsAt(site: Site): readonly Form[] {
  if (site.kind === 'call') return callForms(site);
  if (site.kind === 'free') return freeForms(site);
  return ROWS.filter(({ fits }) => fits(site)).flatMap(({ forms }) => forms(site));
}

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
