import { distance } from 'fastest-levenshtein';
import { arityOf, type Scheme, type SchemeOp, type Subject } from '../subject/subject.ts';
import { type Sides, sideNames, statesIn } from './sides.ts';
import type { Target } from './target.ts';

/** An op or a state by which two sides are not asked the same. */
export interface Mismatch {
  readonly what: 'op' | 'state';
  readonly name: string;
  /** The only side that has it; absent where both have it, each in its own way. */
  readonly only?: string;
  /** In words, of what both have: `is a put in before.c, and an act in after.c`. */
  readonly how?: string;
}

/**
 * What one side has and the other lacks, and what both have by one name but not as the same thing: another role of an
 * op, another number of arguments, other holders of a state. With the ideal counter as reference there is none.
 *
 * A lookup may take a reference on one side (`get`) and stay in its read section on the other (`enter`): that is how
 * counters go away, and both are asked alike.
 */
export function mismatches(sides: Sides): Mismatch[] {
  const { reference, subject } = sides;
  if (reference === 'ideal') return [];
  const called = sideNames(sides);
  const both = [
    { side: reference, called: called.reference },
    { side: subject, called: called.subject },
  ] as const;
  return [
    ...mismatchesOf('op', both, (side) => side.ops, kindOfOp),
    ...mismatchesOf('state', both, statesIn, holdersIn),
  ];
}

/** A side, and what people are told it is called. */
interface CalledSide {
  readonly side: Subject;
  readonly called: string;
}

/** @param kindOf what both sides must have alike of a name: what it is, in words */
function mismatchesOf(
  what: Mismatch['what'],
  [reference, subject]: readonly [CalledSide, CalledSide],
  namesOf: (side: Subject) => object,
  kindOf: (side: Subject, name: string) => string,
): Mismatch[] {
  const [ours, theirs] = [namesOf(reference.side), namesOf(subject.side)];
  const lacking = (own: object, other: object, only: string): Mismatch[] =>
    Object.keys(own)
      .filter((name) => !Object.hasOwn(other, name))
      .map((name) => ({ what, name, only }));
  const shared = Object.keys(ours).filter((name) => Object.hasOwn(theirs, name));
  return [
    ...lacking(ours, theirs, reference.called),
    ...lacking(theirs, ours, subject.called),
    ...shared.flatMap((name) => {
      const [one, other] = [kindOf(reference.side, name), kindOf(subject.side, name)];
      if (one === other || (isLookup(one) && isLookup(other))) return [];
      return [{ what, name, how: `is ${one} in ${reference.called}, and ${other} in ${subject.called}` }];
    }),
  ];
}

function kindOfOp(side: Subject, name: string): string {
  if (side.kind === 'scheme') return kindOfSchemeOp(side.ops[name]!);
  return `an op of ${side.ops[name]!.arity} arguments`;
}

/** `a GET`, `a PUT of 1 argument` */
function kindOfSchemeOp(op: SchemeOp): string {
  const arity = arityOf(op);
  const takes = arity === 0 ? '' : ` of ${arity} argument${arity === 1 ? '' : 's'}`;
  const kind = op.hold === undefined ? '' : ` of ${op.hold}`;
  const needs = op.needs === undefined ? '' : ` that needs ${op.needs || 'a reference'}`;
  return `${ROLES[op.role]}${takes}${kind}${needs}${op.handsOver ? ' that hands over' : ''}`;
}

/** As the macros of refuzz.h are called. */
const ROLES: Readonly<Record<SchemeOp['role'], string>> = {
  get: 'a GET',
  enter: 'an ENTER',
  put: 'a PUT',
  use: 'a USE',
  other: 'an ACT',
};

function isLookup(kind: string): boolean {
  return [ROLES.get, ROLES.enter].includes(kind);
}

/** Threads that hold in a state, each as often as it holds. */
function holdersIn(side: Subject, state: string): string {
  const { holders: all, holds = [] } = (side as Scheme).states[state]!;
  const holders = [...all].sort((a, b) => a - b);
  const named = holds.map(({ thread, kind, argument }) =>
    [kind, ...(argument ? [`(${argument})`] : []), ` by thread ${thread}`].join(''),
  );
  const parts = [
    ...(holders.length === 0
      ? []
      : [`held by ${holders.length === 1 ? 'thread' : 'threads'} ${holders.join(' and ')}`]),
    ...named.sort(),
  ];
  return parts.length === 0 ? 'held by nobody' : parts.join(', ');
}

/**
 * What a message about sides that are not asked the same says, a line for each name.
 *
 *     the op "gc_old" is only in before.c; "gc" is only in after.c: did you mean the same?
 *     the state "two" is only in before.c
 */
export function mismatchText(found: readonly Mismatch[]): string {
  return found.map((one) => `${describedMismatch(one)}${meant(one, found)}`).join('\n  ');
}

/** `the op "gc_old" is only in before.c` */
export function describedMismatch({ what, name, only, how }: Mismatch): string {
  return `the ${what} "${name}" ${only === undefined ? how : `is only in ${only}`}`;
}

/**
 * The nearest name that only the other side has, if it is near at all: half of the letters may be others. Where each
 * side has one name alone, they are taken for the same however they are written.
 */
function meant({ what, name, only }: Mismatch, found: readonly Mismatch[]): string {
  if (only === undefined) return '';
  const alone = found.filter((one) => one.what === what && one.only !== undefined);
  const others = alone.filter((one) => one.only !== only);
  const [nearest] = others
    .map((one) => ({ one, far: distance(name, one.name) }))
    .sort((one, other) => one.far - other.far);
  if (!nearest) return '';
  const isNear = nearest.far <= Math.max(name.length, nearest.one.name.length) / 2;
  if (!isNear && alone.length > 2) return '';
  return `; did you mean "${nearest.one.name}", which is only in ${nearest.one.only}?`;
}

/**
 * What a comparison of a target says nothing about although a side has it: ops and states that the sides do not share,
 * and of two sources those that both have and nobody asked for.
 *
 * @returns in words, for the end of a verdict: `, without the op gc_old (only in before.c) and the state two`; empty text
 *   where nothing was left out
 */
export function leftOut(target: Target): string {
  const found = mismatches(target);
  const asked: readonly (string | number)[] = [...target.ops, ...target.initial];
  const apart = found.filter((one) => !asked.includes(one.name) && !isOfKnownCounter(target, one));
  const parts = (['op', 'state'] as const).flatMap((what) => {
    const names = [
      ...unasked(target, what, found).map((name) => ({ name, where: '' })),
      ...apart.filter((one) => one.what === what).map(placedName),
    ];
    return names.length === 0 ? [] : [`the ${names.length === 1 ? what : `${what}s`} ${placed(names)}`];
  });
  return parts.length === 0 ? '' : `, without ${parts.join(' and ')}`;
}

/** A built-in counter has every op there is; that a counter compared with it has fewer tells nobody anything. */
function isOfKnownCounter({ reference, subject }: Target, { only }: Mismatch): boolean {
  if (reference === 'ideal' || reference.kind === 'scheme' || reference.digest !== undefined) return false;
  return only === sideNames({ reference, subject }).reference;
}

interface PlacedName {
  readonly name: string;
  /** `only in before.c` */
  readonly where: string;
}

function placedName({ name, only }: Mismatch): PlacedName {
  return { name, where: only === undefined ? 'not the same in both' : `only in ${only}` };
}

/** What both sides of a comparison of sources have and the target does not list. Models are known, and lists of theirs meant. */
function unasked(target: Target, what: Mismatch['what'], found: readonly Mismatch[]): string[] {
  const { reference, subject, ops, initial } = target;
  if (reference === 'ideal' || reference.digest === undefined || subject.digest === undefined) return [];
  const all = Object.keys(what === 'op' ? reference.ops : statesIn(reference));
  const asked: readonly (string | number)[] = what === 'op' ? ops : initial;
  const known = found.filter((one) => one.what === what).map(({ name }) => name);
  return all.filter((name) => !asked.includes(name) && !known.includes(name));
}

/** Names that are told, of those in one place; a kernel release can lack dozens. */
const NAMED = 4;

/** `gc_old, gc_new (only in before.c), two (only in after.c)` */
function placed(names: readonly PlacedName[]): string {
  const places = [...new Set(names.map(({ where }) => where))];
  return places
    .map((place) => {
      const here = names.filter(({ where }) => where === place).map(({ name }) => name);
      const more = here.length > NAMED ? ` and ${here.length - NAMED} more` : '';
      return `${here.slice(0, NAMED).join(', ')}${more}${place === '' ? '' : ` (${place})`}`;
    })
    .join(', ');
}
