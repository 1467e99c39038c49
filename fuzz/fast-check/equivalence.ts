import { check, property } from 'fast-check';
import { type Judgement, signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Case } from '../case/case.ts';
import { makeCase } from '../case/make-case.ts';
import { formatProgram } from '../case/program-text.ts';
import { deciderOf } from '../judge/decide.ts';
import { minimize } from '../minimize/minimize.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import {
  type Difference,
  type DifferingProgram,
  type Examiner,
  examiner,
  type OtherOutcomes,
  type UndecidedProgram,
} from './examine.ts';
import { programs } from './programs.ts';
import { smallestDifference } from './smallest-difference.ts';
import { toleratedSignatures } from './tolerated-signatures.ts';

/** How the two sides are compared. */
export interface EquivalenceOptions {
  /** Programs to try; 1000 when left out. */
  readonly numRuns?: number;
  /** Of fast-check: the same seed, the same programs. A random one when left out. */
  readonly seed?: number;
  /** Of fast-check, from a failure: begin with that program. */
  readonly path?: string;
  /**
   * The most ops of one thread, 1 to 12. When left out, as many as can nearly always be decided: 12 of one thread, 4 of
   * each of two, 2 of three, 1 of four.
   */
  readonly maxOps?: number;
  /** Signatures of divergences that are accepted; and `lost-outcomes` and `new-outcomes`, for those without a signature. */
  readonly known?: Iterable<string>;
  /** Judgements that are accepted, whatever the rest of the signature: `['protects', 'false-alarm']`, say. */
  readonly accepted?: readonly Judgement[];
  /**
   * What a program is worth that has too many states for all its schedules to be seen, and does not differ under those
   * that were tried: `fail`, when left out, because it is not shown to be equivalent; `accept` counts it.
   */
  readonly undecided?: 'fail' | 'accept';
}

/** What makes a failure happen again. */
export interface Replay {
  readonly seed: number;
  readonly path: string;
}

/** Nothing differs but for what is accepted. Each program was run under every schedule, except those that are undecided. */
export interface Equivalent {
  readonly kind: 'equivalent';
  readonly programs: number;
  readonly undecided: number;
}

/** A divergence with a signature, minimised. */
export interface Differing {
  readonly kind: 'differs';
  readonly harness: Harness;
  readonly signature: string;
  readonly case: Case;
  /** Other signatures, not accepted either, that came to light on the way. */
  readonly others: readonly string[];
  readonly replay: Replay;
}

/** A program with other outcomes on the two sides, none of which has a signature. */
export interface DifferingOutcomes {
  readonly kind: 'outcomes-differ';
  readonly signature: 'lost-outcomes' | 'new-outcomes';
  readonly harness: Harness;
  readonly program: string;
  /** How many outcomes of the reference the subject lacks. */
  readonly lost: number;
  readonly replay: Replay;
}

/** No program differed, and of this one it could not be decided. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly harness: Harness;
  readonly program: string;
  readonly reason: string;
  /** How many are undecided, and of how many. */
  readonly undecided: number;
  readonly programs: number;
  readonly replay: Replay;
}

/** What came of a comparison: both sides are alike as far as it went, or how they differ, or why that is not known. */
export type Equivalence = Equivalent | Differing | DifferingOutcomes | Undecided;

/** Programs that are tried when nobody says how many. */
const RUNS = 1000;
/** By number of threads. */
const DECIDABLE_OPS: readonly number[] = [0, 12, 4, 2, 1];

/**
 * Tries random programs on both sides of a harness, each under all its schedules where it is small enough, and minimises
 * the first divergence that is not accepted: the gravest of its program.
 *
 * @throws InputError for options that do not fit
 */
export function checkEquivalence(harness: Harness, options: EquivalenceOptions = {}): Equivalence {
  const { numRuns = RUNS, maxOps = DECIDABLE_OPS[harness.target.threads]!, seed, path } = options;
  const tolerated = toleratedSignatures(harness.target, options.known ?? [], options.accepted ?? []);
  const examine = examiner(harness, tolerated);
  const first = Number.parseInt(path ?? '0', 10);
  const seen = new RawFindings(examine, first);
  const details = check(property(programs(harness, { maxOps }), seen.isEqual), {
    numRuns,
    // refuzz minimises: it keeps the signature, and knows when there is nothing smaller.
    endOnFailure: true,
    ...(seed !== undefined && { seed: seed | 0 }),
    ...(path !== undefined && { path }),
  });
  const replayAt = (run: number): Replay => ({ seed: details.seed, path: String(run) });
  if (seen.differing) {
    const { program, examined, run } = seen.differing;
    const small = smallestDifference(harness, examine, program, examined);
    const signatures = [examined, small.examined].flatMap(signaturesOf);
    return small.examined.kind === 'differs'
      ? differing(harness, small.examined, signatures, tolerated, replayAt(run))
      : otherOutcomes(harness, small.program, small.examined, replayAt(run));
  }
  // What an op of the subject threw, or fast-check has to say of its parameters.
  if (details.failed)
    throw details.errorInstance ?? new Error('fast-check was interrupted before it was done');
  if (seen.programs === 0) throw new InputError('numRuns', `${numRuns} programs show nothing`);
  if (seen.undecided && options.undecided !== 'accept') {
    const { program, examined, run } = seen.undecided;
    return {
      kind: 'undecided',
      harness,
      program: formatProgram(harness, program),
      reason: examined.reason,
      undecided: seen.undecidedCount,
      programs: seen.programs,
      replay: replayAt(run),
    };
  }
  return { kind: 'equivalent', programs: seen.programs, undecided: seen.undecidedCount };
}

/** A program of some run, and what came of it. */
interface RawFinding<T> {
  readonly program: Program;
  readonly examined: T;
  readonly run: number;
}

/** What the programs of one check came to. */
class RawFindings {
  readonly #examine: Examiner;
  readonly #first: number;
  programs = 0;
  undecidedCount = 0;
  undecided: RawFinding<UndecidedProgram> | undefined;
  differing: RawFinding<Difference> | undefined;

  /** @param first the number of the first run, where a path begins later */
  constructor(examine: Examiner, first: number) {
    this.#examine = examine;
    this.#first = first;
  }

  /** As the predicate of a property. */
  readonly isEqual = (program: Program): boolean => {
    const run = this.#first + this.programs++;
    const examined = this.#examine(program);
    if (examined.kind === 'equal') return true;
    if (examined.kind === 'undecided') {
      this.undecidedCount++;
      this.undecided ??= { program, examined, run };
      return true;
    }
    this.differing = { program, examined, run };
    return false;
  };
}

function signaturesOf(difference: Difference): string[] {
  return difference.kind === 'differs'
    ? difference.divergences.map(({ divergence }) => signatureOf(divergence))
    : [difference.signature];
}

/** Minimises for good, now that the divergence has a name. */
function differing(
  harness: Harness,
  { divergences }: DifferingProgram,
  signatures: readonly string[],
  tolerated: ReadonlySet<string>,
  replay: Replay,
): Differing {
  const { divergence, program, schedule } = divergences[0]!;
  const signature = signatureOf(divergence);
  const small = minimize(harness, deciderOf(harness), program, divergence, schedule);
  const others = [...new Set([...signatures, ...small.others.keys()])]
    .filter((other) => other !== signature && !tolerated.has(other))
    .sort();
  // Case files have no negative numbers; both spellings are one seed.
  const found = { by: 'fast-check', seed: replay.seed >>> 0, iteration: Number(replay.path) };
  const stored = makeCase(harness, divergence, small.program, small.schedule, found);
  return { kind: 'differs', harness, signature, case: stored, others, replay };
}

function otherOutcomes(
  harness: Harness,
  program: Program,
  { signature, lost }: OtherOutcomes,
  replay: Replay,
): DifferingOutcomes {
  return {
    kind: 'outcomes-differ',
    harness,
    signature,
    lost,
    program: formatProgram(harness, program),
    replay,
  };
}
