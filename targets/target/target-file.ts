import { basename } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { DISCIPLINES } from '../../oracles/holdings.ts';
import { defaultOracles, fittingOracles, ORACLE_NAMES, type OracleName } from '../../oracles/oracles.ts';
import { onDemand, zod } from '../subject/on-demand.ts';
import { FILE, readText } from '../subject/read-file.ts';
import { arityOf, type Subject, valuesOfOp } from '../subject/subject.ts';
import { type Checked, describe, parseChecked, unknownName } from './checked-yaml.ts';
import { describedMismatch, mismatches, mismatchText } from './interfaces.ts';
import { disciplineOf, repeated, statesListed, valuesIn } from './listed-values.ts';
import { type Sides, sharedNames, subjectsOf } from './sides.ts';
import { SUBJECTS } from './subjects.ts';
import type { Target } from './target.ts';

/**
 * A target file that has been read and has the right shape. Whether its ops and values fit its subjects is known only
 * once those are there, and some must be compiled first: hence two steps.
 */
export interface TargetFile {
  readonly path: string;
  readonly name: string;
  readonly about: string;
  /** Names of subjects; the reference may be `ideal`. */
  readonly reference: string;
  readonly subject: string;
  /** Whether it names C, which has to be compiled before the target can be opened. */
  readonly needsCompiler: boolean;
  /**
   * @param compiled the C subjects that it names
   * @throws InputError with line and column, and the nearest name where one is unknown
   */
  open(compiled?: readonly Subject[]): Target;
}

/** @throws InputError with line and column; also when there is no such file */
export function readTargetFile(path: string): TargetFile {
  return parseTargetFile(path, readText(path, FILE.target));
}

/**
 * Reads the text of a target file.
 *
 * @param path its name: the target must have the same one
 * @throws InputError with line and column when it does not have the shape of a target file
 */
export function parseTargetFile(path: string, text: string): TargetFile {
  const checked = parseChecked(path, text, targetShape());
  const { target: name, about, reference, subject } = checked.value;
  return {
    path,
    name,
    about,
    reference,
    subject,
    needsCompiler: isCompiled(reference) || isCompiled(subject),
    open(compiled = []) {
      checkFileName(path, checked);
      return targetFrom(checked, [...SUBJECTS, ...compiled]);
    },
  };
}

/**
 * Reads a target from the text of its file.
 *
 * @param file its name: the target must have the same one
 * @param compiled the C subjects that it names; `readTarget` compiles them
 * @throws InputError with line and column, and the nearest name where one is unknown
 */
export function parseTarget(file: string, text: string, compiled: readonly Subject[] = []): Target {
  return parseTargetFile(file, text).open(compiled);
}

/** Reads a target that names no C; `readTarget` reads any. @throws InputError also when there is no such file */
export function loadTarget(path: string): Target {
  return readTargetFile(path).open();
}

/**
 * The target that a text of the right shape describes.
 *
 * @param subjects those that it may name
 * @throws InputError, by `errorAt`, for what does not fit its subjects
 */
export function targetFrom(checked: CheckedTarget, subjects: readonly Subject[]): Target {
  const { value, errorAt } = checked;
  const { target: name, about, threads, known } = value;
  const sides = sidesOf(checked, subjects);
  const ops = opsOf(checked, sides);
  checkInterfaces(checked, sides);
  return {
    name,
    about,
    ...sides,
    threads,
    ops,
    initial:
      sides.subject.kind === 'counter'
        ? valuesOf(checked, sides, 'initial')
        : statesListed(value.initial, sides, (at, problem) => errorAt(['initial', at], problem)),
    arguments: argumentsOf(checked, sides, ops),
    oracles: oraclesOf(checked, sides),
    ...disciplineOf(value.discipline, sides, (problem) => errorAt(['discipline'], problem)),
    ...(known === undefined ? {} : { known }),
  };
}

/** Whether the name of a subject is that of a C source, or of one in a kernel tree: both are compiled first. */
export function isCompiled(subject: string): boolean {
  return subject.endsWith('.c') || KERNEL_SUBJECTS.includes(subject);
}

/** Subjects that a kernel tree has: the one given with --kernel, and the one given with --against. */
export const KERNEL_SUBJECTS: readonly string[] = [
  'kernel/refcount',
  'kernel/kref',
  'kernel/rcuref',
  'kernel/lockref',
  'against/refcount',
  'against/kref',
  'against/rcuref',
  'against/lockref',
];

/** What a target may be called: it is also the name of a file and of a folder of cases. */
export const targetName = onDemand(() =>
  zod()
    .string()
    .regex(/^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/, {
      error: ({ input }) =>
        `${describe(input)} is not a name for a target; write small letters, digits, "-" and "."`,
    })
    // More is no name of a folder.
    .max(200, 'must have at most 200 characters'),
);

/**
 * The shape of a target file. Lists of values are of unknown entries here: whether `SATURATED` means anything depends
 * on the subjects, and the error is to name the line of the entry. strictObject makes a misspelt key an error.
 */
export const targetShape = onDemand(() => {
  const z = zod();
  return z.strictObject({
    target: targetName(),
    about: z.string().trim().min(1),
    reference: z.string(),
    subject: z.string(),
    threads: z.int().min(1).max(4).default(3),
    ops: z.array(z.string()).min(1).optional(),
    initial: z.array(z.unknown()).min(1).optional(),
    arguments: z.array(z.unknown()).min(1).optional(),
    oracles: z.array(z.enum(ORACLE_NAMES)).min(1).optional(),
    discipline: z.enum(DISCIPLINES).optional(),
    known: z.string().optional(),
  });
});

/** What a target file says, as its keys. */
export type TargetText = z.infer<ReturnType<typeof targetShape>>;
type CheckedTarget = Checked<TargetText>;

/** Cases of a target are stored under its name, and looked up by it: two files must not bear one name. */
function checkFileName(file: string, { value, errorAt }: CheckedTarget): void {
  const expected = basename(file).replace(/\.ya?ml$/, '');
  if (value.target === expected) return;
  throw errorAt(
    ['target'],
    `target "${value.target}" belongs into ${value.target}.yaml, not ${basename(file)}`,
  );
}

/** Both subjects by their names. @throws InputError for two that cannot be compared */
function sidesOf(checked: CheckedTarget, subjects: readonly Subject[]): Sides {
  const { value, errorAt } = checked;
  const reference = value.reference === 'ideal' ? 'ideal' : subjectAt(checked, 'reference', subjects);
  const subject = subjectAt(checked, 'subject', subjects);
  if (reference === 'ideal' && subject.kind === 'scheme') {
    throw errorAt(
      ['reference'],
      `the ideal counter is no reference for a scheme, and "${subject.name}" is one`,
    );
  }
  if (reference !== 'ideal' && reference.kind !== subject.kind) {
    const kinds = `"${reference.name}" is a ${reference.kind} and "${subject.name}" a ${subject.kind}`;
    throw errorAt(['subject'], `${kinds}; only two of a kind can be compared`);
  }
  return { reference, subject };
}

/** @throws InputError at the line of the side, with the nearest of the names that could stand there */
function subjectAt(
  { value, errorAt }: CheckedTarget,
  side: 'reference' | 'subject',
  subjects: readonly Subject[],
): Subject {
  const subject = subjects.find(({ name }) => name === value[side]);
  if (subject) return subject;
  const known = subjects.map(({ name }) => name);
  if (side === 'reference') known.push('ideal');
  throw errorAt([side], unknownName('subject', value[side], known));
}

/** The ops that are listed, or all that both sides have. */
function opsOf(checked: CheckedTarget, sides: Sides): readonly string[] {
  const shared = sharedNames(sides, ({ ops }) => ops);
  const listed = checked.value.ops ?? shared;
  listed.forEach((op, index) => {
    const problem = shared.includes(op) ? repeated(listed, index) : missingOp(op, sides, shared);
    if (problem) throw checked.errorAt(['ops', index], problem);
  });
  return listed;
}

/**
 * Two schemes have to declare the same: what the file lists in so many words is meant, and what it does not list must
 * not go by a slip of the pen. Counters of many ops are compared with counters of few, so they may differ.
 *
 * @throws InputError at an op or state of the file that is not the same on both sides, or at the subject
 */
function checkInterfaces({ value, errorAt }: CheckedTarget, sides: Sides): void {
  if (sides.subject.kind !== 'scheme') return;
  const found = mismatches(sides);
  const lists = { op: ['ops', value.ops], state: ['initial', value.initial] } as const;
  for (const one of found) {
    const [key, listed] = lists[one.what];
    const at = listed?.indexOf(one.name) ?? -1;
    if (at >= 0 && one.how !== undefined) throw errorAt([key, at], describedMismatch(one));
  }
  const unsaid = found.filter(({ what }) => lists[what][1] === undefined);
  if (unsaid.length === 0) return;
  const keys = [...new Set(unsaid.map(({ what }) => lists[what][0]))].join(' and ');
  throw errorAt(
    ['subject'],
    `it does not declare what the reference declares:\n  ${mismatchText(unsaid)}\ngive both the same ops and states, or list what to compare under ${keys}`,
  );
}

/** An op that one side has is no misspelling, so the message says which side lacks it. */
function missingOp(op: string, sides: Sides, shared: readonly string[]): string {
  const lacking = subjectsOf(sides).filter(({ ops }) => !Object.hasOwn(ops, op));
  if (lacking.length === subjectsOf(sides).length) return unknownName('op', op, shared);
  return `"${lacking[0]!.name}" has no op "${op}"; the nearest that both sides have is "${closest(op, shared)}"`;
}

/** Required for a counter: no value is a sensible start for every counter, so the message offers some. */
function valuesOf({ value, errorAt }: CheckedTarget, sides: Sides, key: 'initial' | 'arguments') {
  const listed = value[key];
  if (!listed) throw errorAt([key], `the key "${key}" is missing; write ${key}: [0, 1, -1, INT_MAX]`);
  return valuesIn(listed, sides, (index, problem) => errorAt([key, index], problem));
}

/** Asked for if an op takes any, and refused if none does: then it is a slip. */
function argumentsOf(checked: CheckedTarget, sides: Sides, ops: readonly string[]): readonly number[] {
  const { value, errorAt } = checked;
  const taker = ops.findIndex((name) => {
    const op = sides.subject.ops[name]!;
    return arityOf(op) > 0 && valuesOfOp(op) === undefined;
  });
  if (taker >= 0 && value.arguments) return valuesOf(checked, sides, 'arguments');
  if (taker >= 0)
    throw errorAt(['ops', taker], `${ops[taker]} takes an argument; add arguments: [0, 1, -1, INT_MAX]`);
  if (value.arguments) throw errorAt(['arguments'], 'no op takes an argument; leave "arguments" out');
  return [];
}

/**
 * Those listed, or the ones that a subject of this kind has by default. @throws InputError for one that does not fit
 */
function oraclesOf({ value, errorAt }: CheckedTarget, { reference, subject }: Sides): readonly OracleName[] {
  const isIdeal = reference === 'ideal';
  const fitting = fittingOracles(subject.kind, isIdeal);
  const listed = value.oracles ?? defaultOracles(subject.kind).filter((oracle) => fitting.includes(oracle));
  listed.forEach((oracle, index) => {
    const problem = fitting.includes(oracle)
      ? repeated(listed, index)
      : `oracle "${oracle}" does not fit a ${subject.kind}${isIdeal ? ' beside the ideal counter' : ''}; write ${fitting.join(', ')}`;
    if (problem) throw errorAt(['oracles', index], problem);
  });
  return listed;
}
