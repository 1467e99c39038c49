import type { Divergence } from '../../oracles/divergence.ts';
import type { OpEnd } from '../../oracles/execution.ts';
import type { Use } from '../../oracles/holdings.ts';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Suspects } from '../../oracles/oracle.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { canProduce, type Possibility } from '../explore/reach.ts';
import type { Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import { Remembered } from '../run/remembered.ts';
import type { ScheduleBuffer } from '../run/run.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { JudgedCodes } from './judged-codes.ts';
import { OutcomeComparison } from './outcome-comparison.ts';
import { ReferenceOrders } from './reference-orders.ts';
import { strangeness } from './strangeness.ts';
import { useOfRun } from './use.ts';
import { WatchedMachine } from './watched-machine.ts';

/**
 * Outcomes of which it is remembered whether another counter has them. Beyond so many all are forgotten: mostly those
 * of one program are asked for.
 */
const REMEMBERED = 4096;

/** What nearly every run shows. */
const NOTHING: readonly Divergence[] = [];

/** What a judge counts for its owner: a search has its own, to which the judge of a minimiser adds nothing. */
export interface RunTally {
  /** Runs that no order of indivisible ops explains, and of which it was not decided whether they are documented. */
  unjudged: number;
}

/**
 * Judges finished runs of a counter. The common case, a run that every oracle accepts, costs one pass over
 * its calls and returns; anything else is run again on a machine that watches, to say what diverged and where.
 */
export class RunJudge {
  readonly #harness: Harness;
  readonly #tally: RunTally;
  readonly #suspects: readonly Suspects[];
  /** Made when it is first needed: many campaigns never do. */
  #watched: WatchedMachine | undefined;
  #codes: JudgedCodes | undefined;
  #comparison: OutcomeComparison | undefined;
  #orders: ReferenceOrders | undefined;
  /** Answers of `canProduce`, by what was asked: the schedules of one program end in few outcomes. */
  readonly #possible = new Remembered<Possibility>(REMEMBERED);

  /** @param tally counted up; whoever asks for no count leaves it out */
  constructor(harness: Harness, tally: RunTally = { unjudged: 0 }) {
    const { target, subject, alphabet, oracles } = harness;
    const run = { counter: target.subject as Counter, specification: subject.specification, calls: alphabet };
    this.#harness = harness;
    this.#tally = tally;
    this.#suspects = oracles.ofRuns.map((oracle) => oracle.suspecting(run));
  }

  /** @param machine has just run its program under `schedule` */
  judge(machine: Machine, schedule: ScheduleBuffer): readonly Divergence[] {
    const { execution } = machine;
    // Such a target asks about the reference's windows, so its runs are not held against indivisible ops.
    if (this.#harness.oracles.ofOutcomes) return this.#judgeOutcome(machine, schedule);
    for (const suspects of this.#suspects) {
      if (suspects(execution)) return this.#judgeClosely(machine, schedule);
    }
    return NOTHING;
  }

  /**
   * Runs the schedule again on a machine that watches every access. Only here are things named: a divergence is
   * reported at the access that brings it to light, and there may be several.
   */
  #judgeClosely(machine: Machine, schedule: ScheduleBuffer): readonly Divergence[] {
    let seen: Divergence[] | undefined;
    this.#watched ??= new WatchedMachine(this.#harness);
    this.#codes ??= new JudgedCodes(this.#watched, this.#harness);
    const watched = this.#watched;
    watched.start(machine.program);
    // By index: a view of an array costs more than what is read through it here.
    for (let access = 0; access < schedule.length; access++) {
      watched.step(schedule.threads[access]!);
      for (let at = 0; at < watched.unjudgedCount; at++) {
        const divergence = this.#divergenceOf(machine, this.#codes, watched.unjudgedCodes[at]!);
        if (!divergence) continue;
        seen ??= [];
        seen.push(divergence);
      }
    }
    return seen ?? NOTHING;
  }

  /** @returns undefined for what cannot be decided: to accuse would be a guess */
  #divergenceOf(machine: Machine, codes: JudgedCodes, code: number): Divergence | undefined {
    if (this.#watched!.oracleOf(code).isHeldAgainstReference) return this.#orderOf(machine, codes, code);
    const fixed = codes.of(code);
    if (fixed) return fixed;
    const isDocumented = this.#isOutcomeOf(machine, this.#harness.documented as TransitionTrees);
    if (isDocumented !== 'undecided') {
      return codes.as(code, isDocumented === 'possible' ? 'transient' : 'breaks');
    }
    this.#tally.unjudged++;
    return undefined;
  }

  /** What is out of order, unless the reference leaves it so as well. */
  #orderOf(machine: Machine, codes: JudgedCodes, code: number): Divergence | undefined {
    this.#orders ??= new ReferenceOrders(this.#harness);
    const divergence = codes.of(code)!;
    const isKept = this.#orders.keeps(machine.program, divergence.kind);
    if (isKept === undefined) this.#tally.unjudged++;
    return isKept ? divergence : undefined;
  }

  /**
   * For a reference with windows of its own: the run is to end as some run of the reference does.
   *
   * @returns nothing as well when some op differs alone: that is reported by itself. What differs under misuse alone
   *   hides no run in sound use
   */
  #judgeOutcome(machine: Machine, schedule: ScheduleBuffer): readonly Divergence[] {
    const harness = this.#harness;
    const isKnown = this.#isOutcomeOf(machine, harness.reference!);
    if (isKnown === 'undecided') this.#tally.unjudged++;
    if (isKnown !== 'impossible') return NOTHING;
    this.#comparison ??= new OutcomeComparison(harness);
    const alone = this.#comparison.differsAlone(machine.program);
    if (alone === undefined || alone === 'in any use') return NOTHING;
    if (alone === 'under misuse' && this.#useOf(machine) !== 'sound') return NOTHING;
    const turns = [...schedule.threads.subarray(0, schedule.length)];
    const divergence = strangeness(harness, machine.program, turns);
    return divergence ? [divergence] : NOTHING;
  }

  #useOf({ program, execution }: Machine): Use | undefined {
    return useOfRun(this.#harness, program, (thread, op) => {
      const outcome = execution.outcomes[thread * SLOTS_PER_THREAD + op]!;
      return this.#harness.subject.outcomeOf(outcome).result as OpEnd['result'];
    });
  }

  /** Whether another counter can end the program as the machine has. */
  #isOutcomeOf(machine: Machine, other: TransitionTrees): Possibility {
    const { program, execution } = machine;
    const slots = program.threads.flatMap((ops, thread) =>
      ops.map((_, op) => thread * SLOTS_PER_THREAD + op),
    );
    const had = (slot: number) => this.#harness.subject.outcomeOf(execution.outcomes[slot]!);
    // Numbers of outcomes are forgotten when trees are trimmed; texts stay.
    const asked = JSON.stringify([program, slots.map(had), execution.final]);
    return this.#possible.of(asked, () => canProduce(other, program, had, execution.final));
  }
}

/** The judgement of one run. For many runs make one `RunJudge`. @param machine see `RunJudge.judge` */
export function judgeRun(
  harness: Harness,
  machine: Machine,
  schedule: ScheduleBuffer,
): readonly Divergence[] {
  return new RunJudge(harness).judge(machine, schedule);
}
