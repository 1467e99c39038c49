import type { Amount, Site } from '../census/counter.ts';
import { opNamed } from '../scan/op-grammar.ts';
import { type CallText, type Comparison, callAt, comparisonAt, type Relation } from './call-text.ts';

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

const FULL = 'was a full barrier;';
const OF_A_PUT = `${FULL} now a release, and an acquire where it gives true`;
const OF_A_GET = `${FULL} now stores alone are ordered after it, where it gives true`;
const OF_A_REFUSAL = `${FULL} now a release, and stores alone are ordered after it`;
const UNASKED = 'must not take the last reference: refcount_dec warns at 0';

/** A site, and what of its surroundings can be replaced with it. */
interface Asked {
  readonly site: Site;
  readonly call: CallText;
  /** The counter's address, as it is written. */
  readonly counter: string;
  readonly comparison: Comparison | undefined;
  /** One more throughout. */
  readonly bias: 0 | 1;
}

/** What is written in the place of a call. */
interface Target {
  readonly name: string;
  /** Beside the counter: before it for `add` and `sub`, after it for all others. */
  readonly args?: readonly string[];
  readonly isCounterLast?: boolean;
  readonly remarks?: readonly string[];
  /** The comparison goes, as the new op gives a truth value; `false` for where it says the opposite. */
  readonly truth?: boolean;
  /** The comparison becomes this one. */
  readonly compared?: readonly [relation: Relation, value: number];
  /** Around all of it. */
  readonly less?: 1;
}

/**
 * How a site of `atomic_t` is written with `refcount_t`: by the table of what has a counterpart. With a bias each value is
 * one more than it was, so that -1, the end of such counters, becomes 0.
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
      plus: tell(generalised, counter === '' ? '' : COUNTER),
      counter,
    },
  };
}

function comparedAs(call: string, comparison: Comparison | undefined): string {
  if (comparison?.kind === 'constant') return `${call} ${comparison.relation} ${comparison.value}`;
  return comparison?.kind === 'zero' ? `!${call}` : call;
}

/** @returns what is written instead, or why nothing is */
function targetOf(asked: Asked): Target | string {
  const { site, bias } = asked;
  if (site.op === 'read') return ofRead(asked);
  if (site.op === 'init' || site.op === 'set') return ofSet(asked);
  const find = bias === 1 ? WITH_BIAS[site.op] : AS_IT_IS[site.op];
  const none = `${site.written} has no counterpart in refcount_t${bias === 1 ? ' where 0 becomes 1' : ''}`;
  const target = typeof find === 'function' ? find(asked) : find;
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

type Find = Target | ((asked: Asked) => Target | undefined);

/** Whether a comparison of a value that is at least 0 asks if it is 0; undefined if it asks something else. */
function asksForZero(relation: Relation, value: number): boolean | undefined {
  const asked = `${relation}${value}`;
  if (asked === '==0' || asked === '<=0' || asked === '<1') return true;
  return asked === '!=0' || asked === '>0' || asked === '>=1' ? false : undefined;
}

/**
 * An op that gives a value which is only asked whether it is the last one becomes one that says so.
 *
 * @param change what the op adds: values before it are told from those after it by this
 */
function last(target: Target, change: (asked: Asked) => number): (asked: Asked) => Target | undefined {
  return (asked) => {
    const { comparison, bias, call } = asked;
    if (!comparison) return undefined;
    const isOld = opNamed(call.name)?.gives === 'old';
    const shift = bias + (isOld ? change(asked) : 0);
    const truth =
      comparison.kind === 'constant'
        ? asksForZero(comparison.relation, comparison.value + shift)
        : // A bare value asks for 0 itself, which is the last one only where nothing is shifted.
          shift === 0
          ? comparison.kind === 'zero'
          : undefined;
    return truth === undefined ? undefined : { ...target, truth };
  };
}

/** A compare-and-exchange that gives the old value: it succeeded where that is what was expected. */
function succeeded(target: Target, expected: number): (asked: Asked) => Target | undefined {
  return ({ comparison, call }) => {
    if (opNamed(call.name)?.gives !== 'old' || !comparison) return undefined;
    if (comparison.kind !== 'constant') {
      return expected === 0 ? { ...target, truth: comparison.kind === 'zero' } : undefined;
    }
    if (comparison.value !== expected) return undefined;
    const { relation } = comparison;
    return relation === '==' || relation === '!=' ? { ...target, truth: relation === '==' } : undefined;
  };
}

const PUT: Target = { name: 'refcount_dec_and_test', remarks: [OF_A_PUT] };
const GET: Target = { name: 'refcount_inc_not_zero', remarks: [OF_A_GET] };
const DEC_IF_ONE: Target = { name: 'refcount_dec_if_one', remarks: [OF_A_REFUSAL] };
const VOID_DEC: Target = { name: 'refcount_dec', remarks: [UNASKED] };

function isVoid({ site }: Asked): boolean {
  return site.use.result === 'void';
}

/** The first argument of `add` and `sub`, the amount; never a negative constant, of which there are no counterparts. */
function moving(name: string, remarks: readonly string[] = []): (asked: Asked) => Target | undefined {
  return ({ call, site }) => {
    const [amount] = site.amounts;
    if (call.args.length !== 2 || (typeof amount === 'number' && amount < 0)) return undefined;
    // The sign of an amount that is no constant is nobody's guess.
    const unknown = typeof amount === 'number' ? [] : ['the amount must not be negative'];
    return { name, args: [call.args[0]!], isCounterLast: true, remarks: [...unknown, ...remarks] };
  };
}

/** Ops that give a truth value themselves, where it may not be thrown away. */
function asked(target: Target): (asked: Asked) => Target | undefined {
  return (one) =>
    opNamed(one.call.name)?.gives !== 'truth'
      ? undefined
      : isVoid(one)
        ? { ...target, remarks: [...(target.remarks ?? []), 'its answer must be used now'] }
        : target;
}

const LOCKED: Readonly<Record<string, string>> = {
  atomic_dec_and_lock: 'refcount_dec_and_lock',
  atomic_dec_and_lock_irqsave: 'refcount_dec_and_lock_irqsave',
  atomic_dec_and_mutex_lock: 'refcount_dec_and_mutex_lock',
};

function locking({ call }: Asked): Target | undefined {
  const name = LOCKED[call.name];
  if (name === undefined) return undefined;
  // The flags of the one are a name that a macro takes, those of the other a pointer.
  const args = call.args.slice(1).map((arg, at) => (at === 1 ? `&${arg}` : arg));
  return { name, args, remarks: [`${FULL} now a release, and the lock where it gives true`] };
}

/** By the op. What is missing has no counterpart. */
const AS_IT_IS: Readonly<Record<string, Find>> = {
  inc: { name: 'refcount_inc' },
  dec: VOID_DEC,
  add: moving('refcount_add'),
  inc_return: (one) =>
    isVoid(one) ? { name: 'refcount_inc', remarks: [`${FULL} now not ordered`] } : undefined,
  dec_return: (one) =>
    isVoid(one) ? { ...VOID_DEC, remarks: [UNASKED, `${FULL} now a release`] } : last(PUT, () => -1)(one),
  sub_return: (one) => {
    const target = moving('refcount_sub_and_test', [OF_A_PUT])(one);
    // The amount is no constant, so of old values nothing is known.
    return target && opNamed(one.call.name)?.gives === 'new' ? last(target, () => 0)(one) : undefined;
  },
  dec_and_test: asked(PUT),
  sub_and_test: (one) => {
    const target = moving('refcount_sub_and_test', [OF_A_PUT])(one);
    return target && asked(target)(one);
  },
  inc_not_zero: asked(GET),
  dec_not_one: asked({ name: 'refcount_dec_not_one', remarks: [OF_A_REFUSAL] }),
  dec_if_one: succeeded(DEC_IF_ONE, 1),
  dec_and_lock: locking,
};

/** The same where -1 becomes 0: an op that stopped at 0 has none, as it would have to stop at 1. */
const WITH_BIAS: Readonly<Record<string, Find>> = {
  inc: { name: 'refcount_inc' },
  dec: { name: 'refcount_dec', remarks: ['must not end below what was 0: refcount_dec warns there'] },
  add: moving('refcount_add'),
  dec_return: last(PUT, () => -1),
  add_negative: (one) => (one.site.amounts[0] === -1 ? asked(PUT)(one) : undefined),
  inc_unless_negative: asked(GET),
  add_unless: (one) => {
    const [amount, unless] = one.site.amounts;
    if (amount === 1 && unless === -1) return asked(GET)(one);
    if (amount === -1 && unless === 0)
      return asked({ name: 'refcount_dec_not_one', remarks: [OF_A_REFUSAL] })(one);
    return undefined;
  },
  cmpxchg: (one) => {
    const [from, to] = one.site.amounts;
    return from === 0 && to === -1 ? succeeded(DEC_IF_ONE, 0)(one) : undefined;
  },
};
