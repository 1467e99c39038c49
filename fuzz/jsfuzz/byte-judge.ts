import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Target } from '../../targets/target/target.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import { RunJudge, type RunTally } from '../judge/judge-run.ts';
import { comparePair } from '../judge/lockstep.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { ExhaustiveChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { type Harness, interruptibleHarness, isCounterTarget } from '../run/harness.ts';
import { type Interrupt, NEVER } from '../run/interrupt.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { Remembered } from '../run/remembered.ts';
import { run, type ScheduleBuffer, scheduleBuffer, scheduleOf } from '../run/run.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { type ByteCodec, byteCodec } from './byte-codec.ts';
import { Features } from './features.ts';

/**
 * A scheme's programs are compared over all schedules; so many ops a thread, and so many states on a side. jsfuzz
 * learns by the number of its inputs, so none may take long.
 */
const SCHEME_OPS = 3;
const SCHEME_STATES = 4_000;
/** Programs of a scheme whose answer is remembered: inputs that differ only in their schedules ask the same. */
const REMEMBERED = 4_096;
/** Ops with their arguments, before all is made anew. */
const MOST_CALLS = 1 << 16;

/** Judges inputs of one target. It has no randomness, clock or file: the same bytes always show the same. */
export class ByteJudge {
  readonly #target: Target;
  readonly #mostCalls: number;
  readonly #interrupt: Interrupt;
  /** One for all harnesses that come and go. */
  readonly #tally: RunTally = { unjudged: 0 };
  #harness: Harness;
  #judge: Judge;
  /** Inputs with an op that does not return. */
  #stopped = 0;
  #featuresBefore = 0;

  /**
   * @param mostCalls above this many ops with their arguments all is made anew: raw values in the inputs would make
   *   more for ever
   * @param interrupt gives up judging an input: then `judge` throws `Interrupted`
   * @throws InputError when the target does not fit together
   */
  constructor(target: Target, mostCalls: number = MOST_CALLS, interrupt: Interrupt = NEVER) {
    this.#target = target;
    this.#mostCalls = mostCalls;
    this.#interrupt = interrupt;
    this.#harness = interruptibleHarness(target, interrupt);
    this.#judge = judgeOf(this.#harness, this.#tally);
  }

  /** The harness that the calls of the raw findings belong to; the next call of `judge` may replace it. */
  get harness(): Harness {
    return this.#harness;
  }

  /** How many states of affairs were met so far, see features.ts; never goes down. */
  get features(): number {
    return Math.max(this.#featuresBefore, this.#judge.features.count);
  }

  /** Inputs that could not be judged: an op does not return, or it takes too many states to tell. */
  get undecided(): number {
    return this.#stopped + this.#tally.unjudged;
  }

  /** @returns what the input shows, each signature once */
  judge(bytes: Uint8Array): RawFinding[] {
    if (this.#harness.alphabet.size > this.#mostCalls) this.#renew();
    const rawFindings = returns(() => this.#judge.judge(bytes));
    if (rawFindings) return rawFindings;
    this.#stopped++;
    return [];
  }

  #renew(): void {
    // The new judge has seen nothing yet, and counts the same features again: hence the larger of the two.
    this.#featuresBefore = this.features;
    this.#harness = interruptibleHarness(this.#target, this.#interrupt);
    this.#judge = judgeOf(this.#harness, this.#tally);
  }
}

interface Judge {
  readonly features: Features;
  /** @returns undefined when too many states were met @throws NonTerminatingOp */
  judge(bytes: Uint8Array): RawFinding[] | undefined;
}

/** Counters are judged by the run that the input asks for, schemes by all runs of its program. */
function judgeOf(harness: Harness, tally: RunTally): Judge {
  return isCounterTarget(harness) ? counterJudge(harness, tally) : schemeJudge(harness);
}

/** A scheduler that shows its caller every access before it is made. */
function watched(scheduler: Scheduler, onAccess: (thread: number) => void): Scheduler {
  return {
    name: scheduler.name,
    begin: (machine, choices) => scheduler.begin(machine, choices),
    pick(machine, choices) {
      const thread = scheduler.pick(machine, choices);
      if (thread >= 0) onAccess(thread);
      return thread;
    },
  };
}

/** Runs what the bytes say, and shows each access. */
class ByteRun {
  readonly machine: Machine;
  readonly features: Features;
  readonly schedule: ScheduleBuffer = scheduleBuffer();
  readonly #codec: ByteCodec;
  readonly #choices = new ExhaustiveChoices();

  constructor(harness: Harness) {
    this.machine = new Machine(harness.subject);
    this.features = new Features(harness, this.machine);
    this.#codec = byteCodec(harness, harness.target.threads);
  }

  read(bytes: Uint8Array) {
    return this.#codec.program(bytes);
  }

  run(program: Program, rest: Uint8Array, onAccess: (thread: number) => void): void {
    this.features.begin();
    const scheduler = watched(this.#codec.scheduler(rest), (thread) => {
      this.features.see(thread);
      onAccess(thread);
    });
    run(this.machine, program, scheduler, this.#choices, this.schedule);
  }
}

/** Each op alone, from the value it comes upon, and all of them together under the schedule of the input. */
function counterJudge(harness: Harness, tally: RunTally): Judge {
  const runs = new RunJudge(harness, tally);
  const runner = new ByteRun(harness);
  const { machine, schedule, features } = runner;
  return {
    features,
    judge(bytes) {
      const { program, rest } = runner.read(bytes);
      const rawFindings = new Map<string, RawFinding>();
      const note = (divergence: Divergence, shown: Omit<RawFinding, 'divergence'>) => {
        const signature = signatureOf(divergence);
        if (!rawFindings.has(signature)) rawFindings.set(signature, { divergence, ...shown });
      };
      runner.run(program, rest, (thread) => {
        // Only at the first access of an op: what it would do alone with the word as it is here.
        if (machine.trees.isRoot[machine.node[thread]!] === 0) return;
        const call = program.threads[thread]![machine.position[thread]!]!;
        const old = machine.words[0]!;
        for (const divergence of comparePair(harness, call, old).divergences)
          note(divergence, { program: { start: old, threads: [[call]] }, schedule: undefined });
      });
      for (const divergence of runs.judge(machine, schedule))
        note(divergence, { program, schedule: scheduleOf(schedule) });
      return [...rawFindings.values()];
    },
  };
}

/** The program is compared over all schedules; the schedule of the input serves to tell what is new about it. */
function schemeJudge(harness: Harness): Judge {
  const runner = new ByteRun(harness);
  const comparison = schemeComparison(harness, SCHEME_STATES);
  const answers = new Remembered<RawFinding[] | undefined>(REMEMBERED);

  /** Any part of a program is one: what is too large is cut to 2 ops a thread, and to 1, until it can be told. */
  const compare = (whole: Program): RawFinding[] | undefined => {
    for (let most = SCHEME_OPS; most > 0; most--) {
      const program = cut(whole, most);
      const divergences = comparison.compare(program)?.divergences.values();
      if (divergences)
        return [...divergences].map(({ divergence }) => ({ divergence, program, schedule: undefined }));
    }
    return undefined;
  };
  return {
    features: runner.features,
    // A program with too many states is made smaller, or is not judged at all: `judge` says so.
    judge(bytes) {
      const { program: whole, rest } = runner.read(bytes);
      const program = cut(whole, SCHEME_OPS);
      runner.run(program, rest, () => {});
      // The run is made in any case: its features are what jsfuzz goes by.
      return answers.of(JSON.stringify(program), () => compare(program));
    },
  };
}

function cut({ start, threads }: Program, most: number): Program {
  return { start, threads: threads.map((calls) => calls.slice(0, most)) };
}
