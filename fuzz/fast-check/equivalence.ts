import { check, property } from 'fast-check';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, type Judgement, KINDS, keyOf } from '../../oracles/divergence.ts';
import { unknownName } from '../../targets/checked-yaml.ts';
import { InputError } from '../../targets/input-error.ts';
import type { Case } from '../case.ts';
import { deciderOf } from '../decide.ts';
import type { Harness } from '../harness.ts';
import { makeCase } from '../make-case.ts';
import { minimize, smallerPrograms } from '../minimize.ts';
import type { Program } from '../program.ts';
import { formatProgram } from '../program-text.ts';
import {
  type DifferingProgram,
  type Examiner,
  examiner,
  type OtherOutcomes,
  type UndecidedProgram,
} from './examine.ts';
import { programs } from './programs.ts';

/** How the two sides are compared. */
export interface EquivalenceOptions {
  /** Programs to try; 1000 when left out. */
  readonly numRuns?: number;
  /** Of fast-check: the same seed, the same programs. A random one when left out. */
  readonly seed?: number;
  /** Of fast-check, from a failure: begin with that program. */
  readonly path?: string;
  /** The most ops of one thread, 1 to 12; 3 when left out. Larger programs are soon too large to be decided. */
  readonly maxOps?: number;
  /** Keys of divergences that are accepted; and `lost-outcomes` and `new-outcomes`, for those without a key. */
  readonly known?: Iterable<string>;
  /** Judgements that are accepted, whatever the rest of the key: `['protects', 'false-alarm']`, say. */
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

/** Each program of `programs` was equal under every schedule, but for `sampled` ones, which were under some. */
export interface Equivalent {
  readonly kind: 'equivalent';
  readonly programs: number;
  readonly sampled: number;
}

/** A divergence with a key, minimised. */
export interface Differing {
  readonly kind: 'differs';
  readonly harness: Harness;
  readonly key: string;
  readonly case: Case;
  /** Other keys, not accepted either, that came to light on the way. */
  readonly others: readonly string[];
  readonly replay: Replay;
}

/** A program with other outcomes on the two sides, none of which has a key. */
export interface DifferingOutcomes {
  readonly kind: 'outcomes-differ';
  readonly key: 'lost-outcomes' | 'new-outcomes';
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
  /** Undecided programs among so many. */
  readonly sampled: number;
  readonly programs: number;
  readonly replay: Replay;
}

export type Equivalence = Equivalent | Differing | DifferingOutcomes | Undecided;

const RUNS = 1000;
const OPS = 3;

/**
 * Tries random programs on both sides of a harness, each under all its schedules where it is small enough, and minimises
 * the first divergence that is not accepted: the gravest of its program.
 *
 * @throws InputError for options that do not fit
 */
export function checkEquivalence(harness: Harness, options: EquivalenceOptions = {}): Equivalence {
  const { numRuns = RUNS, maxOps = OPS, seed, path } = options;
  const tolerated = toleratedKeys(harness, options);
  const examine = examiner(harness, tolerated);
  const first = Number.parseInt(path ?? '0', 10);
  const seen = new Sightings(examine, first);
  const details = check(property(programs(harness, { maxOps }), seen.isEqual), {
    numRuns,
    // refuzz minimises: it keeps the key, and knows when there is nothing smaller.
    endOnFailure: true,
    ...(seed !== undefined && { seed: seed | 0 }),
    ...(path !== undefined && { path }),
  });
  const replayAt = (run: number): Replay => ({ seed: details.seed, path: String(run) });
  if (seen.differing) {
    const { program, examined, run } = seen.differing;
    const replay = replayAt(run);
    return examined.kind === 'differs'
      ? minimised(harness, examined, tolerated, replay)
      : smallestOutcomes(harness, examine, program, examined, replay);
  }
  // What an op of the subject threw, or fast-check has to say of its parameters.
  if (details.failed)
    throw details.errorInstance ?? new Error('fast-check was interrupted before it was done');
  if (seen.programs === 0) throw new InputError('numRuns', `${numRuns} programs show nothing`);
  if (seen.undecided && options.undecided !== 'accept') {
    const { program, examined, run } = seen.undecided;
    const { sampled, programs } = seen;
    const text = formatProgram(harness, program);
    const { reason } = examined;
    return { kind: 'undecided', harness, program: text, reason, sampled, programs, replay: replayAt(run) };
  }
  return { kind: 'equivalent', programs: seen.programs, sampled: seen.sampled };
}

/** A program of some run, and what came of it. */
interface Sighted<T> {
  readonly program: Program;
  readonly examined: T;
  readonly run: number;
}

/** What the programs of one check came to. */
class Sightings {
  readonly #examine: Examiner;
  readonly #first: number;
  programs = 0;
  sampled = 0;
  undecided: Sighted<UndecidedProgram> | undefined;
  differing: Sighted<DifferingProgram | OtherOutcomes> | undefined;

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
      this.sampled++;
      this.undecided ??= { program, examined, run };
      return true;
    }
    this.differing = { program, examined, run };
    return false;
  };
}

/** Every key that is accepted. What can be a key is known beforehand, so a judgement stands for all its keys. */
function toleratedKeys({ target }: Harness, { known = [], accepted = [] }: EquivalenceOptions): Set<string> {
  const keys = new Set(known);
  for (const judgement of accepted) {
    if (!JUDGEMENTS.includes(judgement))
      throw new InputError('accepted', unknownName('judgement', judgement, JUDGEMENTS));
    for (const op of target.ops)
      for (const boundary of BOUNDARIES)
        for (const kind of KINDS) keys.add(keyOf({ op, boundary, kind, judgement }));
  }
  return keys;
}

function minimised(
  harness: Harness,
  { divergences }: DifferingProgram,
  tolerated: ReadonlySet<string>,
  replay: Replay,
): Differing {
  const [gravest] = divergences;
  const { divergence, program, schedule } = gravest!;
  const key = keyOf(divergence);
  const small = minimize(harness, deciderOf(harness), program, divergence, schedule);
  const seen = new Set([...divergences.map((other) => keyOf(other.divergence)), ...small.others.keys()]);
  const others = [...seen].filter((other) => other !== key && !tolerated.has(other)).sort();
  // Case files have no negative numbers; both spellings are one seed.
  const found = { by: 'fast-check', seed: replay.seed >>> 0, iteration: Number(replay.path) };
  return {
    kind: 'differs',
    harness,
    key,
    case: makeCase(harness, divergence, small.program, small.schedule, found),
    others,
    replay,
  };
}

/** No minimiser looks for outcomes without a key, so this one takes the first smaller program until there is none. */
function smallestOutcomes(
  harness: Harness,
  examine: Examiner,
  program: Program,
  examined: OtherOutcomes,
  replay: Replay,
): DifferingOutcomes {
  for (const smaller of smallerPrograms(harness, program)) {
    const other = examine(smaller);
    if (other.kind === 'outcomes-differ' && other.key === examined.key)
      return smallestOutcomes(harness, examine, smaller, other, replay);
  }
  const { key, lost } = examined;
  return { kind: 'outcomes-differ', harness, key, lost, program: formatProgram(harness, program), replay };
}
