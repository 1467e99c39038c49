import type { Amount, Site } from '../census/counter.ts';
import { opNamed } from '../scan/op-grammar.ts';
import { type Comparison, callAt, comparisonAt, type Relation } from './call-text.ts';
import { counterpartOf, FULL } from './counterparts.ts';
import type { Asked, Target } from './target.ts';

/** What becomes of a site. */
export type Conversion =
  | {
      readonly kind: 'converts';
      readonly from: number;
      readonly to: number;
      readonly text: string;
      /** What whoever applies it has to look at. */
      readonly remarks: readonly string[];
      /** The same for coccinelle. `COUNTER` stands for the counter's address. */
      readonly rule: CocciRule;
    }
  | { readonly kind: 'stays'; readonly why: string };

/** Lines of a semantic patch. `X0`, `X1` … stand for arguments that are no numbers. */
export interface CocciRule {
  readonly minus: string;
  readonly plus: string;
  /** What `COUNTER` is here: `&p->refcnt`; empty in an initialiser. */
  readonly counter: string;
}

/** Where the counter stands among the arguments of a call. */
export const COUNTER = 'COUNTER';

/**
 * How a site of `atomic_t` is written with `refcount_t`: by the table of what has a counterpart. With a bias each value is
 * one more than it was, so that -1, the end of such counters, becomes 0.
 *
 *     atomic_inc(&p->refs)                         refcount_inc(&p->refs)
 *     if (atomic_dec_return(&p->refs) == 0)        if (refcount_dec_and_test(&p->refs))
 *     atomic_set(&p->refs, 0), with a bias         refcount_set(&p->refs, 1)
 *     n = atomic_inc_return(&p->refs)              stays: a refcount_t does not tell what it has become
 *
 * @param text the file's
 */
export function conversionOf(site: Site, text: string, bias: 0 | 1): Conversion {
  const written = text.slice(site.from, site.to);
  if (site.via.length > 0)
    return stays(`goes through ${site.via.join(', ')}, which may serve other counters`);
  const call = callAt(written);
  if (call?.name !== site.written) return stays(`${site.written} is not written as a plain call`);
  const name = opNamed(call.name);
  if (name && name.family !== 'atomic') return stays(`${call.name} is no op of atomic_t`);
  const isTested = site.use.result === 'tested' || site.use.result === 'asserted';
  const asked: Asked = {
    site,
    call,
    counter: name ? (call.args[name.counter] ?? '') : '',
    comparison: comparisonAt(text, site.from, site.to, isTested),
    bias,
  };
  const target = targetOf(asked);
  if (typeof target === 'string') return stays(target);
  return asWritten(asked, target);
}

/** Said of the site alone: whether the counter as a whole is left alone is for `plan` to decide. */
function stays(why: string): Conversion {
  return { kind: 'stays', why };
}

/** Text and rule are made alike, so that they say the same. */
function asWritten({ site, call, counter, comparison }: Asked, target: Target): Conversion {
  const { name, args = [], isCounterLast = false, truth, compared, less, remarks = [] } = target;
  const tell = (own: readonly string[], address: string) => {
    const others = address === '' ? own : isCounterLast ? [...own, address] : [address, ...own];
    const plain = `${name}(${others.join(', ')})`;
    const told = compared ? `${plain} ${compared[0]} ${compared[1]}` : less ? `(${plain} - 1)` : plain;
    return truth === false ? `!${told}` : told;
  };
  const isReplaced = truth !== undefined || compared !== undefined;
  const { from, to } = isReplaced && comparison ? comparison : site;
  const general = call.args.map((arg, at) =>
    arg === counter ? COUNTER : /^-?\d+$/.test(arg) ? arg : `X${at}`,
  );
  const minus = `${call.name}(${general.join(', ')})`;
  const generalised = args.map((arg) =>
    call.args.reduce(
      (told, own, at) => (own === counter ? told : told.replace(own, () => general[at]!)),
      arg,
    ),
  );
  return {
    kind: 'converts',
    from,
    to,
    text: tell(args, counter),
    remarks,
    rule: {
      minus: isReplaced ? comparedAs(minus, comparison) : minus,
      plus: generally(tell(generalised, counter === '' ? '' : COUNTER), comparison, compared),
      counter,
    },
  };
}

/**
 * The pattern of a bare value matches one that is stored as well, so what it becomes must be that value.
 *
 *     n = atomic_read(&x)       n = (refcount_read(&x) - 1), with a bias
 *     if (atomic_read(&x))      if (refcount_read(&x) != 1) in the diff
 *
 * For coccinelle both lines match `atomic_read(E)`, so its rule has the first form.
 */
function generally(plus: string, comparison: Comparison | undefined, compared: Target['compared']): string {
  if (!compared || comparison?.kind !== 'not zero') return plus;
  return `(${plus.slice(0, -` ${compared.join(' ')}`.length)} - ${compared[1]})`;
}

/**
 * The pattern as wide as the text that goes: the comparison belongs to it only where it is replaced as well.
 *
 *     dec_return(x) == 0    the comparison goes; a pattern without it would leave `dec_and_test(x) == 0`, the opposite
 *     !dec_return(x)        coccinelle turns `!!x` into `x` itself
 */
function comparedAs(call: string, comparison: Comparison | undefined): string {
  if (comparison?.kind === 'constant') return `${call} ${comparison.relation} ${comparison.value}`;
  return comparison?.kind === 'zero' ? `!${call}` : call;
}

/** @returns what is written instead, or why nothing is */
function targetOf(asked: Asked): Target | string {
  const { site, bias } = asked;
  if (site.op === 'read') return ofRead(asked);
  if (site.op === 'init' || site.op === 'set') return ofSet(asked);
  const none = `${site.written} has no counterpart in refcount_t${bias === 1 ? ' where 0 becomes 1' : ''}`;
  const target = counterpartOf(asked);
  if (!target) return none;
  return ordered(site, target);
}

/** What was weaker than a full barrier has lost less, or nothing; a release and an acquire are what a put has. */
function ordered(site: Site, target: Target): Target {
  if (site.order === undefined || target.remarks === undefined) return target;
  const rest = target.remarks.filter((remark) => !remark.startsWith(FULL));
  const isLost = site.order === 'acquire' && target.remarks.length > rest.length;
  const lost = 'was an acquire; see what the new one orders';
  return { ...target, remarks: isLost ? [lost, ...rest] : rest };
}

/**
 * A value to begin with. The text of the amount is kept where it can be, as `INITIAL` says more to its readers than 1 does.
 * `atomic_set_release` has a counterpart in the newest kernels alone, and nobody knows which one the tree is.
 */
function ofSet({ site, call, bias }: Asked): Target | string {
  const isInit = site.op === 'init';
  const amount = isInit ? call.args[0] : call.args[1];
  if (amount === undefined || (isInit && !/^ATOMIC(?:64|_LONG)?_INIT$/.test(call.name)))
    return `${call.name} has no counterpart in refcount_t`;
  if (site.order !== undefined) return `${call.name} has no counterpart in most kernels`;
  const value = shifted(amount, site.amounts[0], bias);
  const remarks =
    value === '0' && bias === 0 ? ['starts at 0: nobody may use refcount_inc before it is set'] : [];
  return { name: isInit ? 'REFCOUNT_INIT' : 'refcount_set', args: [value], remarks };
}

/**
 * One more than an amount: as a number where it is one, and as a sum where it is a name.
 *
 *     1            2
 *     INITIAL      INITIAL + 1
 *     a | b        (a | b) + 1
 */
function shifted(text: string, amount: Amount | undefined, bias: 0 | 1): string {
  if (bias === 0) return text;
  if (typeof amount === 'number') return String(amount + 1);
  return /^\w+$/.test(text) ? `${text} + 1` : `(${text}) + 1`;
}

/** An unsigned value, of which nothing is below 0. */
function ofRead({ site, call, comparison, bias }: Asked): Target | string {
  if (site.order !== undefined) return `${call.name} has no counterpart in refcount_t`;
  const name = 'refcount_read';
  if (bias === 0) return { name, remarks: unsigned(site, comparison) };
  if (!comparison) return { name, less: 1, remarks: ['is unsigned now'] };
  if (comparison.kind !== 'constant')
    return { name, compared: [comparison.kind === 'zero' ? '==' : '!=', 1] };
  const value = comparison.value + 1;
  return {
    name,
    compared: [comparison.relation, value],
    remarks: isAlwaysTheSame(comparison.relation, value) ? [NEVER_BELOW] : [],
  };
}

const NEVER_BELOW = 'is unsigned now: it is never below 0';

/**
 * What of a value changes when it becomes unsigned. The op is written all the same, as most comparisons (`> 1`, `== 0`)
 * mean what they meant; the others get a remark, since a compiler says nothing of `x < 0` without extra warnings.
 *
 *     read() < 0      never holds any more
 *     read() <= 0     is `== 0`, which may be meant or not
 *     read() == -1    compares with UINT_MAX
 */
function unsigned({ use }: Site, comparison: Comparison | undefined): string[] {
  if (use.result === 'printed') return ['is unsigned now: %d becomes %u'];
  if (comparison?.kind === 'constant')
    return isAlwaysTheSame(comparison.relation, comparison.value) ||
      comparison.relation + comparison.value === '<=0'
      ? [NEVER_BELOW]
      : [];
  // A variable was followed to its comparisons; what it is compared with there may be signed.
  const isDoubtful = use.tests.some(
    ({ relation, with: amount }) =>
      typeof amount === 'string' || isAlwaysTheSame(relation, amount) || relation + amount === '<=0',
  );
  return isDoubtful ? [`${NEVER_BELOW}, and compares as unsigned`] : [];
}

/** Comparisons of an unsigned value that have one answer, or that compare with a huge number instead of a negative one. */
function isAlwaysTheSame(relation: Relation, value: number): boolean {
  return value < 0 || (value === 0 && (relation === '<' || relation === '>='));
}
