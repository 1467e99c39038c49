import type { Amount, Test } from '../census/counter.ts';
import { type Body, branchOf } from './branches.ts';
import type { Canonical } from './canonical-ops.ts';
import type { BranchFact, UseFact } from './facts.ts';
import type { Node } from './tree.ts';

/** What of an op, or of a variable that holds what it gave, decides how it is to be read. */
export interface Result extends Pick<Canonical, 'gives' | 'shift' | 'success'> {
  /** A variable that holds the opposite of a truth: `busy = !dec_and_test(v);`. */
  readonly isFlipped?: boolean;
  /** A variable that holds a comparison, `last = dec_return(v) == 0;`: where its test is in `Found.tests`. */
  readonly compared?: number;
  /** A variable that holds what is left: `room = MOST - read(v);` */
  readonly minuend?: Amount;
}

/** A function that can be asked for the places where a local variable is read. */
export interface Reads extends Body {
  /** Names in order, with the nodes that are they. */
  readonly names: ReadonlyMap<string, readonly Node[]>;
  /** Whether a name is a variable of the function. */
  isLocal(name: string): boolean;
  readonly isMacro: boolean;
}

/** The ways in which a result is used. */
export type Kind = UseFact['r'];
/** A comparison. */
export type Relation = Test['relation'];

/** The use of a value while it is looked for, upwards from the op. */
export interface Found {
  kind: Kind;
  readonly tests: Test[];
  yes: BranchFact | undefined;
  no: BranchFact | undefined;
  isPart: boolean;
  /** How much the branches say; see `worthOf`. */
  worth: number;
  /** The comparison that the branches belong to, as text. */
  condition: string;
  /** Branches read so far. */
  decisions: number;
}

/** Nothing is known yet. */
export function nothing(): Found {
  const none = { yes: undefined, no: undefined, isPart: false };
  return { kind: 'void', tests: [], ...none, worth: -1, condition: '', decisions: 0 };
}

/** A variable may be read in any number of places; that many are followed to their branches, and so many tests kept. */
const MOST_DECISIONS = 12;
const MOST_TESTS = 40;

/** What has become of the value on the way up from the op. There is one for the op, and one for each read of a variable. */
export interface Way {
  /** It has become the truth of something. */
  isTruth: boolean;
  /** That truth is the opposite of what the op, or its first test, says. */
  isFlipped: boolean;
  isAssertion: boolean;
  isPart: boolean;
  /** What is to be added to what it is compared with: 1 for `fetch_inc(v)`, -2 for `read(v) + 2`. */
  shift: Amount;
  /** What it was taken from: `MOST` in `MOST - read(v)`. */
  minuend: Amount | undefined;
  /** A result equal to this says that the op succeeded; no longer so once something was added. */
  success: Result['success'];
  /** The test in `Found.tests` that decides, if it was met before. */
  compared: number | undefined;
  /** A test that was met on this way, to be completed. */
  readonly tests: { relation: Relation; with: Amount }[];
}

/** A comparison, read from the other side. */
export const FLIPPED: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
/** The more a use says, the further behind: a value that is printed and tested, is tested. */
const RANK: readonly Kind[] = ['void', 'printed', 'passed', 'stored', 'returned', 'asserted', 'tested'];

/** What says the opposite. */
const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** A use that says more takes the place of one that says less. */
export function rise(found: Found, kind: Kind): void {
  if (RANK.indexOf(kind) > RANK.indexOf(found.kind)) found.kind = kind;
}

/** `!x` of a truth is its opposite; of a value, it asks whether that is 0. */
export function negate(way: Way): void {
  if (way.isTruth) way.isFlipped = !way.isFlipped;
  else asks(way, '==', 0);
}

/** A value that decides something is asked whether it is not 0. */
export function truth(way: Way): void {
  if (!way.isTruth) asks(way, '!=', 0);
}

/**
 * A value is compared. What was added to it on the way is taken to the other side, so that the test is one of the
 * counter:
 *
 *     read(v) + 2 > n     v > n-2         fetch_inc(v) == 0     v == 1 afterwards
 *     MOST - read(v) > 0  v < MOST        !fetch_inc(v)         v == 1 afterwards
 */
export function asks(way: Way, relation: Relation, amount: Amount): void {
  const { minuend, shift } = way;
  way.isTruth = true;
  if (minuend === undefined) way.tests.push({ relation, with: shifted(amount, shift) });
  else
    way.tests.push({
      relation: FLIPPED[relation],
      with: amount === 0 ? minuend : shifted(minuend, minus(amount)),
    });
}

/** Something is added to the value, or it is taken from something: it is compared, but no longer with what is written. */
export function sum(way: Way, operator: '+' | '-', other: Amount, isLeft: boolean): void {
  if (way.isTruth) return;
  way.success = undefined;
  // `a - (v + 2)` and `(a - v) + 2`: nobody writes these, and what they say of v would need thought.
  const isTwice = way.minuend !== undefined || (operator === '-' && !isLeft && way.shift !== 0);
  if (isTwice) way.isTruth = true;
  else if (operator === '-' && !isLeft) way.minuend = other;
  else {
    const by = operator === '+' ? minus(other) : other;
    way.shift = way.shift === 0 ? by : shifted(way.shift, by);
  }
}

/** With the other sign; sums are put into brackets. */
function minus(amount: Amount): Amount {
  if (typeof amount === 'number') return amount === 0 ? 0 : -amount;
  return /^\w+$/.test(amount) ? `-${amount}` : `-(${amount})`;
}

/** A comparison, with what it stands in. */
export function test(way: Way, relation: Relation, amount: Amount, isAwaited = false): Test {
  return { relation, with: amount, isAssertion: way.isAssertion, isAwaited };
}

/**
 * A way ends without a branch. Then nobody can tell what happens where the opposite is true, so the test itself says it:
 *
 *     return !(dec_return(v) > 0);               <= 0
 *     wait_event(q, !(read(v) != 0));            == 0
 *     last = dec_return(v) == 0; return !last;   != 0
 */
export function ended(way: Way, found: Found, isAwaited = false): void {
  const [only, ...more] = way.tests;
  const told = way.compared === undefined ? undefined : found.tests[way.compared];
  if (way.isFlipped && only !== undefined && more.length === 0) {
    way.tests[0] = { ...only, relation: OPPOSITE[only.relation] };
    way.isFlipped = false;
  } else if (way.isFlipped && told !== undefined && only === undefined && found.decisions === 0) {
    found.tests[way.compared!] = { ...told, relation: OPPOSITE[told.relation] };
    way.isFlipped = false;
  }
  pending(way, found, isAwaited);
}

/** Tests that were met on the way are told, now that it is known what they are in. */
export function pending(way: Way, found: Found, isAwaited = false): void {
  for (const { relation, with: amount } of way.tests)
    if (found.tests.length < MOST_TESTS) found.tests.push(test(way, relation, amount, isAwaited));
  way.tests.length = 0;
  if (way.isAssertion) rise(found, 'asserted');
}

/** A branch is decided: it is told what happens on both sides. */
export function decide(
  body: Reads,
  way: Way,
  found: Found,
  yes: readonly Node[] | undefined,
  no: readonly Node[] | undefined,
  isAwaited = false,
): void {
  const start = found.tests.length;
  pending(way, found, isAwaited);
  rise(found, way.isAssertion ? 'asserted' : 'tested');
  if (found.decisions++ >= MOST_DECISIONS) return;
  const [first, second] = way.isFlipped ? [no, yes] : [yes, no];
  const taken = first && filled(branchOf(body, first));
  const other = second && filled(branchOf(body, second));
  const which = start < found.tests.length ? start : way.compared;
  const condition = which === undefined ? '' : `${found.tests[which]!.relation}${found.tests[which]!.with}`;
  const worth = worthOf(way, taken, other);
  if (found.worth >= 0 && condition === found.condition && way.isPart === found.isPart) {
    // `if (last) unlink(b); unlock(); if (last) kfree(b);`
    found.yes = both(found.yes, taken);
    found.no = both(found.no, other);
    found.worth = Math.max(found.worth, worth);
  } else if (worth > found.worth) {
    Object.assign(found, { yes: taken, no: other, isPart: way.isPart, worth, condition });
    if (which !== undefined) found.tests.unshift(...found.tests.splice(which, 1));
  }
}

/** A call that ends a life, whatever the object. */
const FREES = /^[^?]*(?:free|destroy|release|dealloc|call_rcu|(?:^|_)put(?:_| ))/;

/**
 * Of the branches that a value decides, a use has those of one comparison, and that stands first. What ends a life is
 * worth more than what does something else, and an assertion is worth least:
 *
 *     n = dec_return(v);
 *     if (n < 0) pr_err("bug");      nothing happens on it
 *     if (n == 1) wake_up(q);        1
 *     if (n == 0) kfree(b);          2: the tests are == 0, < 0, == 1, and kfree is the branch of == 0
 */
function worthOf(way: Way, yes: BranchFact | undefined, no: BranchFact | undefined): number {
  const ends = [yes, no].some((branch) => branch?.c?.some((call) => FREES.test(call)));
  return (way.isAssertion ? 0 : 4) + (ends ? 2 : yes !== undefined || no !== undefined ? 1 : 0);
}

/** Two branches of one condition, one after the other. */
function both(one: BranchFact | undefined, other: BranchFact | undefined): BranchFact | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const calls = [...new Set([...(one.c ?? []), ...(other.c ?? [])])].slice(0, 24);
  const leaves = one.lv ?? other.lv;
  return { ...(calls.length > 0 && { c: calls }), ...(leaves !== undefined && { lv: leaves }) };
}

/** A branch that neither calls nor leaves is none: `if (last) n = 1;` says nothing that a verdict could use. */
function filled(branch: BranchFact): BranchFact | undefined {
  return branch.c === undefined && branch.lv === undefined ? undefined : branch;
}

/**
 * A comparison with something. Of a truth, `== 0` is the opposite and `!= 0` is nothing; whatever else it is compared with,
 * is told, as it may be a mistake: `dec_and_test(v) < 0` never holds.
 */
export function compare(relation: Relation, amount: Amount, way: Way): void {
  if (way.isTruth) {
    if (amount === 0 && relation === '==') way.isFlipped = !way.isFlipped;
    else if (amount === 1 && relation === '!=') way.isFlipped = !way.isFlipped;
    else if (!((amount === 0 && relation === '!=') || (amount === 1 && relation === '==')))
      way.tests.push({ relation, with: amount });
    return;
  }
  const { success } = way;
  if (success !== undefined && success.value === amount && (relation === '==' || relation === '!=')) {
    // `cmpxchg(v, 1, 0) == 1`: it did it.
    way.isTruth = true;
    way.isFlipped = (relation === '!=') !== success.not;
  } else asks(way, relation, amount);
}

/** `fetch_inc() == 0` is `inc_return() == 1`. */
export function shifted(amount: Amount, by: Amount): Amount {
  if (by === 0) return amount;
  if (typeof amount === 'number' && typeof by === 'number') return amount + by;
  const text =
    typeof by === 'string' && by.startsWith('-') ? by : typeof by === 'number' && by < 0 ? `${by}` : `+${by}`;
  return `${amount}${text}`;
}
