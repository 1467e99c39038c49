import type { Divergence, Judgement } from '../../oracles/divergence.ts';
import type { OpEnd } from '../../oracles/execution.ts';
import type { Use } from '../../oracles/holdings.ts';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { RunOracle, Suspects } from '../../oracles/oracle.ts';
import { judgementInSoundUse } from '../../oracles/sound-use.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { canProduce, type Possibility } from '../explore/reach.ts';
import type { Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import type { ScheduleBuffer } from '../run/run.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { OutcomeComparison } from './outcome-comparison.ts';
import { strangeness } from './strangeness.ts';
import { useOfRun } from './use.ts';
import { WatchedMachine } from './watched-machine.ts';

/**
 * Outcomes of which it is remembered whether another counter has them. Beyond so many all are forgotten: mostly those
 * of one program are asked for.
 */
const REMEMBERED = 4096;

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
  #comparison: OutcomeComparison | undefined;
  /** Answers of `canProduce`, by what was asked: the schedules of one program end in few outcomes. */
  readonly #possible = new Map<string, Possibility>();

  /** @param tally counted up; whoever asks for no count leaves it out */
  constructor(harness: Harness, tally: RunTally = { unjudged: 0 }) {
    const { target, subject, alphabet, oracles } = harness;
    const run = { counter: target.subject as Counter, specification: subject.specification, calls: alphabet };
    this.#harness = harness;
    this.#tally = tally;
    this.#suspects = oracles.ofRuns.map((oracle) => oracle.suspecting(run));
  }

  /** @param machine has just run its program under `schedule` */
  judge(machine: Machine, schedule: ScheduleBuffer): Divergence[] {
    const { execution } = machine;
    // Such a target asks about the reference's windows, so its runs are not held against indivisible ops.
    if (this.#harness.oracles.ofOutcomes) return this.#judgeOutcome(machine, schedule);
    const isSuspicious = this.#suspects.some((suspects) => suspects(execution));
    return isSuspicious ? this.#judgeClosely(machine, schedule) : [];
  }

  /**
   * Runs the schedule again on a machine that watches every access. Only here are things named: a divergence is
   * reported at the access that brings it to light, and there may be several.
   */
  #judgeClosely(machine: Machine, schedule: ScheduleBuffer): Divergence[] {
    const seen: Divergence[] = [];
    this.#watched ??= new WatchedMachine(this.#harness);
    const watched = this.#watched;
    watched.start(machine.program);
    for (const thread of schedule.threads.subarray(0, schedule.length)) {
      watched.step(thread);
      // By index: a view of the array for every access cost a seventh of the judging.
      for (let at = 0; at < watched.unjudgedCount; at++) {
        const code = watched.unjudgedCodes[at]!;
        const judgement = this.#judgementOf(machine, watched, code);
        if (judgement) seen.push({ ...watched.unjudgedOf(code), judgement });
      }
    }
    return seen;
  }

  /** @returns undefined for what cannot be decided: to accuse would be a guess */
  #judgementOf(machine: Machine, watched: WatchedMachine, code: number): Judgement | undefined {
    const { documented } = this.#harness;
    const fixed = judgementOfCode(watched, code, this.#harness);
    if (fixed) return fixed;
    const isDocumented = this.#isOutcomeOf(machine, documented as TransitionTrees);
    if (isDocumented !== 'undecided') return isDocumented === 'possible' ? 'transient' : 'breaks';
    this.#tally.unjudged++;
    return undefined;
  }

  /**
   * For a reference with windows of its own: the run is to end as some run of the reference does.
   *
   * @returns nothing as well when some op differs alone: that is reported by itself. What differs under misuse alone
   *   hides no run in sound use
   */
  #judgeOutcome(machine: Machine, schedule: ScheduleBuffer): Divergence[] {
    const harness = this.#harness;
    const isKnown = this.#isOutcomeOf(machine, harness.reference!);
    if (isKnown === 'undecided') this.#tally.unjudged++;
    if (isKnown !== 'impossible') return [];
    this.#comparison ??= new OutcomeComparison(harness);
    const alone = this.#comparison.differsAlone(machine.program);
    if (alone === undefined || alone === 'in any use') return [];
    if (alone === 'under misuse' && this.#useOf(machine) !== 'sound') return [];
    const turns = [...schedule.threads.subarray(0, schedule.length)];
    const divergence = strangeness(harness, machine.program, turns);
    return divergence ? [divergence] : [];
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
    const known = this.#possible.get(asked);
    if (known !== undefined) return known;
    const answer = canProduce(other, program, had, execution.final);
    if (this.#possible.size >= REMEMBERED) this.#possible.clear();
    this.#possible.set(asked, answer);
    return answer;
  }
}

/** The judgement of one run. For many runs make one `RunJudge`. @param machine see `RunJudge.judge` */
export function judgeRun(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  return new RunJudge(harness).judge(machine, schedule);
}

/**
 * What a code of a watched machine amounts to: how the counter was used comes first, then the oracle that reported it.
 *
 * @returns undefined where that depends on what the algorithm documented by another counter can do with the program
 */
export function judgementOfCode(
  watched: WatchedMachine,
  code: number,
  harness: Pick<Harness, 'documented'>,
): Judgement | undefined {
  const { op, kind } = watched.unjudgedOf(code);
  const objects = watched.hasObjected(code);
  const judgement = judgementOf(watched.oracleOf(code), harness);
  if (watched.isSoundUse(code)) return judgementInSoundUse(op, kind, objects) ?? judgement;
  // An alarm under misuse breaks nothing.
  return kind === 'warning' && objects && judgement === 'breaks' ? 'changes' : judgement;
}

/**
 * What the reports of an oracle amount to where nobody asks how the counter was used.
 *
 *     oracle says      documented    judgement
 *     breaks, misses   any           as it says
 *     documented       absent        breaks: no op may look divisible
 *     documented       self          transient: its own accesses are the algorithm
 *     documented       another       undefined: ask whether that one has the outcome
 *
 * @returns undefined where that depends on what the algorithm documented by another counter can do with the program
 */
export function judgementOf(
  { judgement }: RunOracle,
  { documented }: Pick<Harness, 'documented'>,
): Judgement | undefined {
  if (judgement !== 'documented') return judgement;
  if (documented === undefined) return 'breaks';
  return documented === 'self' ? 'transient' : undefined;
}
