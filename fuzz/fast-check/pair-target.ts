import { defaultOracles, fittingOracles, type OracleName } from '../../oracles/oracles.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { arityOf, type Subject, valuesOfOp } from '../../targets/subject/subject.ts';
import { parseValue } from '../../targets/subject/values.ts';
import { unknownName } from '../../targets/target/checked-yaml.ts';
import { mismatches, mismatchText } from '../../targets/target/interfaces.ts';
import { type Sides, saturationsOf, sharedNames, statesIn, subjectsOf } from '../../targets/target/sides.ts';
import { usualValues } from '../../targets/target/source-constants.ts';
import { findSubject, SUBJECTS } from '../../targets/target/subjects.ts';
import type { Target } from '../../targets/target/target.ts';

/** What is tested with what, where a target or the defaults say something else. */
export interface TargetOptions {
  /** Names the target in cases: small letters, digits, "-" and "."; when left out, made of the names of both sides. */
  readonly name?: string;
  /** Op names; when left out, all that both sides have. */
  readonly ops?: readonly string[];
  /**
   * Where programs start. A counter: 32-bit values, as numbers or as text (`INT_MAX-1`, `SATURATED`); when left out, 0, 1,
   * 2, -1, and values around INT_MAX, INT_MIN and saturation. A scheme: names of states; when left out, all that both
   * sides have.
   */
  readonly initial?: readonly (number | string)[];
  /**
   * What ops are given that take arguments: 32-bit values; when left out, 0, 1, 2, -1, INT_MAX, INT_MIN
   * and where the sides saturate.
   */
  readonly arguments?: readonly (number | string)[];
  /** The most threads of a program, 1 to 4; 2 when left out. */
  readonly threads?: number;
  /**
   * When left out, those of a target file: a counter's ops must look indivisible. For two versions of an algorithm
   * whose ops do not, `['lockstep', 'outcomes']` asks for the same outcomes instead.
   */
  readonly oracles?: readonly OracleName[];
}

/** A reference or a subject: a record, or the name of a built-in one. */
export type Side = Subject | string;

/**
 * The target of two sides, without a file.
 *
 * @param reference `ideal` is the ideal counter
 * @throws InputError for names and values that are none
 */
export function pairTarget(reference: Side, subject: Side, options: TargetOptions = {}): Target {
  const sides = {
    reference: reference === 'ideal' ? ('ideal' as const) : subjectOf(reference),
    subject: subjectOf(subject),
  };
  const { kind, name } = sides.subject;
  if (sides.reference === 'ideal' ? kind === 'scheme' : sides.reference.kind !== kind)
    throw new InputError('assertEquivalent', `${name} is a ${kind}, and its reference is none`);
  checkInterfaces(sides, options);
  const referenceName = sides.reference === 'ideal' ? 'ideal' : sides.reference.name;
  const ops = sharedNames(sides, (side) => side.ops);
  const usual = usualValues(subjectsOf(sides));
  const target: Target = {
    name: nameFrom(`${name}-vs-${referenceName}`),
    about: `${name} against ${referenceName}`,
    ...sides,
    threads: 2,
    ops,
    initial: kind === 'counter' ? usual.starts : sharedNames(sides, statesIn),
    arguments: usual.arguments,
    oracles: defaultOracles(kind),
  };
  return withOptions(target, options);
}

/**
 * Two schemes have to have the same ops and states, so that none is left out by a slip; those that the caller lists are
 * meant. Counters may have more ops than what they are compared with.
 */
function checkInterfaces(sides: Sides, { ops, initial }: TargetOptions): void {
  if (sides.subject.kind !== 'scheme') return;
  const found = mismatches(sides).filter(({ what }) => (what === 'op' ? ops : initial) === undefined);
  if (found.length === 0) return;
  throw new InputError(
    'assertEquivalent',
    `the two do not have the same interface:\n  ${mismatchText(found)}\ngive both the same ops and states, or list those to compare: { ops, initial }`,
  );
}

/**
 * An existing target, with something else in the place of some of its parts.
 *
 * @throws InputError for names and values that do not fit it
 */
export function withOptions(given: Target, options: TargetOptions): Target {
  const changed: Target = {
    ...given,
    ...(options.name !== undefined && { name: options.name }),
    ...(options.ops && { ops: options.ops }),
    ...(options.initial && { initial: initialOf(given, options.initial) }),
    ...(options.arguments && { arguments: valuesOf(given, 'arguments', options.arguments) }),
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.oracles && { oracles: options.oracles }),
  };
  checkOptions(changed);
  return changed;
}

function subjectOf(side: Side): Subject {
  if (typeof side !== 'string') return side;
  const found = findSubject(side);
  const known = [...SUBJECTS.map(({ name }) => name), 'ideal'];
  if (!found) throw new InputError('assertEquivalent', unknownName('subject', side, known));
  return found;
}

/** As a target file and the folder of its cases may be called. */
function nameFrom(text: string): string {
  const parts = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = parts.join('-');
  return /^[a-z]/.test(name) ? name : `target-${name}`;
}

function initialOf(target: Target, initial: readonly (number | string)[]): readonly (number | string)[] {
  if (target.subject.kind === 'counter') return valuesOf(target, 'initial', initial);
  const known = sharedNames(target, statesIn);
  const unknown = initial.find((state) => !known.includes(String(state)));
  if (unknown !== undefined) throw wrong(target, `initial: ${unknownName('state', String(unknown), known)}`);
  return initial;
}

function valuesOf(target: Target, key: string, listed: readonly (number | string)[]): readonly number[] {
  const [saturated] = saturationsOf(subjectsOf(target));
  const values = listed.map((found) => {
    const value = parseValue(String(found), saturated);
    if (value === undefined)
      throw wrong(target, `${key}: "${found}" is not a 32-bit value; write 1, -1, or 'INT_MAX-1'`);
    return value;
  });
  return [...new Set(values)];
}

/** What `harnessOf` takes for granted, because target files are checked when they are read. */
function checkOptions(target: Target): void {
  const { initial, oracles, threads, subject, reference } = target;
  if (initial.length === 0) throw wrong(target, 'initial: there is nothing to start from');
  if (!Number.isInteger(threads) || threads < 1 || threads > 4)
    throw wrong(target, `threads: ${threads} is not a number from 1 to 4`);
  const takers = target.ops.filter((op) => {
    const definition = subject.ops[op];
    return definition && arityOf(definition) > 0 && valuesOfOp(definition) === undefined;
  });
  if (takers.length > 0 && target.arguments.length === 0)
    throw wrong(target, `arguments: ${takers[0]} takes an argument; give it some, [0, 1, -1]`);
  const fitting = fittingOracles(subject.kind, reference === 'ideal');
  const unfit = oracles.find((oracle) => !fitting.includes(oracle));
  if (unfit) throw wrong(target, `oracles: "${unfit}" does not fit here; write ${fitting.join(', ')}`);
  if (oracles.length === 0) throw wrong(target, 'oracles: none is asked');
}

function wrong(target: Target, text: string): InputError {
  return new InputError(`target "${target.name}"`, text);
}
