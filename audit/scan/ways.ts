import type { Amount, Test } from '../census/counter.ts';
import { type Body, branchOf } from './branches.ts';
import type { BranchFact, UseFact } from './facts.ts';
import type { Canonical } from './op-grammar.ts';
import type { Node } from './tree.ts';

/** What of an op decides how its result is to be read. */
export type Result = Pick<Canonical, 'gives' | 'shift' | 'success'>;

/** A function that can be asked for the places where a local variable is read. */
export interface Reads extends Body {
  /** Names in order, with the nodes that are they. */
  readonly names: ReadonlyMap<string, readonly Node[]>;
  /** Whether a name is a local variable. */
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
}

/** Where the value goes at one place on the way up. */
export interface Way {
  /** It has become the truth of something. */
  isTruth: boolean;
  /** That truth is the opposite of what the op, or its first test, says. */
  isFlipped: boolean;
  isAssertion: boolean;
  isPart: boolean;
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
const RANK: readonly Kind[] = ['void', 'printed', 'passed', 'stored', 'returned', 'asserted', 'tested'];

/** A use that says more takes the place of one that says less. */
export function rise(found: Found, kind: Kind): void {
  if (RANK.indexOf(kind) > RANK.indexOf(found.kind)) found.kind = kind;
}

/** `!x` */
export function negate(way: Way): void {
  if (way.isTruth) way.isFlipped = !way.isFlipped;
  else {
    way.tests.push({ relation: '==', with: 0 });
    way.isTruth = true;
  }
}

/** A value that decides something is asked whether it is not 0. */
export function truth(way: Way): void {
  if (way.isTruth) return;
  way.tests.push({ relation: '!=', with: 0 });
  way.isTruth = true;
}

/** A comparison, with what it stands in. */
export function test(way: Way, relation: Relation, amount: Amount, isAwaited = false): Test {
  return { relation, with: amount, isAssertion: way.isAssertion, isAwaited };
}

/** Tests that were met on the way are told, now that it is known what they are in. */
export function pending(way: Way, found: Found, isAwaited = false): void {
  for (const { relation, with: amount } of way.tests)
    found.tests.push(test(way, relation, amount, isAwaited));
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
  const isOnlyAsserted = way.isAssertion;
  pending(way, found, isAwaited);
  rise(found, isOnlyAsserted ? 'asserted' : 'tested');
  if (way.isPart) found.isPart = true;
  const [first, second] = way.isFlipped ? [no, yes] : [yes, no];
  if (found.yes === undefined && found.no === undefined) {
    found.yes = first && filled(branchOf(body, first));
    found.no = second && filled(branchOf(body, second));
  }
}

function filled(branch: BranchFact): BranchFact | undefined {
  return branch.c === undefined && branch.lv === undefined ? undefined : branch;
}

/** A comparison with something. */
export function compare(relation: Relation, amount: Amount, { shift, success }: Result, way: Way): void {
  if (way.isTruth) {
    if (amount === 0 && relation === '==') way.isFlipped = !way.isFlipped;
    else if (amount === 1 && relation === '!=') way.isFlipped = !way.isFlipped;
    else if (!((amount === 0 && relation === '!=') || (amount === 1 && relation === '==')))
      way.tests.push({ relation, with: amount });
    return;
  }
  way.isTruth = true;
  if (success !== undefined && success.value === amount && (relation === '==' || relation === '!=')) {
    way.isFlipped = (relation === '!=') !== success.not;
    return;
  }
  way.tests.push({ relation, with: shifted(amount, shift) });
}

/** `fetch_inc() == 0` is `inc_return() == 1`. */
export function shifted(amount: Amount, by: Amount): Amount {
  if (by === 0) return amount;
  if (typeof amount === 'number' && typeof by === 'number') return amount + by;
  const text =
    typeof by === 'string' && by.startsWith('-') ? by : typeof by === 'number' && by < 0 ? `${by}` : `+${by}`;
  return `${amount}${text}`;
}
