import { isDeepStrictEqual } from 'node:util';
import { signatureOf } from '../../oracles/divergence.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { differ, relativeTo, runAlone } from '../cause/alone-run.ts';
import type { Cause } from '../cause/cause.ts';
import { CauseFinder } from '../cause/find-causes.ts';
import type { Did, Way } from '../cause/ways.ts';
import { deciderOf } from '../judge/decide.ts';
import type { ProgramText } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import type { MetCause } from './causes-met.ts';
import { programOf } from './program-text.ts';

/**
 * What a cause is, seen from the base: `came`, where the later release parts from it and the earlier one did not; `went`,
 * the other way round; `changed`, where both do, each in its own way, or where one place came and another went.
 */
export type ChangeKind = 'came' | 'went' | 'changed';

/** What all three do with one call from some old values. */
export interface ThreeWays {
  /** Base: the earlier release; subject: the later one. */
  readonly way: Way;
  readonly kind: ChangeKind;
  readonly atBase: Did;
}

/** A cause for which the later of two releases parts from the earlier one. */
export interface Change {
  readonly kind: ChangeKind;
  readonly cause: Cause;
  /** Empty where both releases do the same alone. */
  readonly ways: readonly ThreeWays[];
}

/** Two releases of a counter, and how each of them parts from a third counter, the base. */
export interface ReleaseChanges {
  readonly base: string;
  /** For people: `Linux 6.1.192`, or the folder of the tree. */
  readonly before: string;
  readonly after: string;
  readonly changes: readonly Change[];
  /** In what both part from the base alone, in one and the same way. */
  readonly stayed: readonly Cause[];
}

/**
 * Tells what changed between two releases by what each does where the base does something else.
 *
 *     sub_and_test(0) from 0     atomic: true    6.1: true    6.12: false, and warns    it came
 *
 * @param harness the earlier release as the reference, the later one as the subject
 * @param met the causes that were found of it
 */
export function releaseChanges(
  harness: Harness,
  base: Counter,
  met: readonly Pick<MetCause, 'cause' | 'witness'>[],
): ReleaseChanges {
  const [before, after] = [harness.target.reference, harness.target.subject] as [Counter, Counter];
  const sides: Sides = {
    before: againstBase(harness, base, before),
    after: againstBase(harness, base, after),
  };
  const changes = met.flatMap(({ cause, witness }): Change[] => {
    if (!cause?.ops.every((op) => Object.hasOwn(base.ops, op))) return [];
    if (cause.alone === undefined)
      return witness ? [{ kind: kindInRaces(sides, witness.case.program), cause, ways: [] }] : [];
    const ways = cause.ways.map((way) => threeWays(sides, way));
    return [{ kind: kindOf(ways), cause, ways }];
  });
  const earlier = new CauseFinder(sides.before).alone;
  const stayed = new CauseFinder(sides.after).alone.filter((one) =>
    earlier.some((other) => other.name === one.name && isDeepStrictEqual(other.ways, one.ways)),
  );
  return { base: base.name, before: releaseOf(before), after: releaseOf(after), changes, stayed };
}

function kindOf(ways: readonly ThreeWays[]): ChangeKind {
  const has = (wanted: ChangeKind) => ways.some(({ kind }) => kind === wanted);
  if (has('came') === has('went')) return 'changed';
  return has('came') ? 'came' : 'went';
}

/** Each release against the base. */
interface Sides {
  readonly before: Harness;
  readonly after: Harness;
}

function againstBase({ target }: Harness, base: Counter, subject: Counter): Harness {
  const ops = target.ops.filter((op) => Object.hasOwn(base.ops, op));
  return harnessOf({ ...target, reference: base, subject, ops, oracles: ['lockstep', 'linearizable'] });
}

/** `refcount_t of Linux 6.12.117` without what it is. */
function releaseOf({ about }: Counter): string {
  return about.replace(/^\S+ of /, '');
}

/** Told from the lowest of the old values: in all of them each release does one thing. */
function threeWays({ before, after }: Sides, way: Way): ThreeWays {
  const run = ({ alphabet }: Harness, trees: Harness['subject']) =>
    runAlone(trees, alphabet.parse(way.call), way.low);
  const earlier = run(before, before.subject);
  const later = run(after, after.subject);
  const atBase = run(after, after.reference!);
  const alike = [
    { run: earlier, did: way.base },
    { run: later, did: way.subject },
  ].find((one) => one.run.value === atBase.value);
  return {
    way,
    kind: !differ(earlier, atBase) ? 'came' : !differ(later, atBase) ? 'went' : 'changed',
    atBase: {
      result: atBase.result,
      warnings: atBase.warnings,
      acts: [],
      left: alike?.did.left ?? relativeTo(way.low, atBase.value),
    },
  };
}

/** By what the witness shows of each release, under every schedule. */
function kindInRaces({ before, after }: Sides, witness: ProgramText): ChangeKind {
  const [earlier, later] = [shownBy(before, witness), shownBy(after, witness)];
  const isIn = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
    one.size < other.size && [...one].every((signature) => other.has(signature));
  if (isIn(earlier, later)) return 'came';
  return isIn(later, earlier) ? 'went' : 'changed';
}

function shownBy(harness: Harness, program: ProgramText): ReadonlySet<string> {
  const findings = deciderOf(harness).rawFindings(programOf(harness, program))?.values() ?? [];
  return new Set([...findings].map(({ divergence }) => signatureOf(divergence)));
}
