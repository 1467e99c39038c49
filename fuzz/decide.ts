import { type Divergence, keyOf } from '../oracles/divergence.ts';
import { WordIndex } from './access.ts';
import { RandomChoices } from './choices.ts';
import { schemeComparison } from './compare-schemes.ts';
import { STATE_LIMIT } from './explore/explorer.ts';
import { cheapestSchedule, costOf, enumerateSchedules } from './explore/witness.ts';
import { type Harness, isCounterTarget } from './harness.ts';
import { judgeRun } from './judge-run.ts';
import { comparePair } from './lockstep.ts';
import { Machine } from './machine.ts';
import { opCount, type Program } from './program.ts';
import { run, type ScheduleBuffer, scheduleBuffer, scheduleOf } from './run.ts';
import { lenientReplay } from './schedulers.ts';

/** A divergence that a program shows, and under which schedule. */
export interface Sighting {
  readonly divergence: Divergence;
  /** Absent where the whole set of outcomes was compared: `cheapest` makes one. */
  readonly schedule?: readonly number[];
}

/** Answers questions about programs of one target. The minimiser and the replay ask it. */
export interface Decider {
  /**
   * The divergences that a program shows, by key. For a scheme: all of them. For a counter: those of its only
   * op, or those seen under the schedules tried (the hint, then all with few preemptions).
   *
   * @param wanted stop as soon as this key is seen
   * @returns undefined when a scheme's program has too many states to decide
   */
  sightings(program: Program, wanted?: string, hint?: readonly number[]): Map<string, Sighting> | undefined;
  /** The schedule with the fewest preemptions, then context switches, that shows the key. */
  cheapest(program: Program, key: string): readonly number[] | undefined;
}

export function deciderOf(harness: Harness): Decider {
  return isCounterTarget(harness) ? counterDecider(harness) : schemeDecider(harness);
}

/** Beyond these the minimiser makes do with what it has seen. */
const ENUMERATED = 100;
const ENUMERATED_AT_END = 6_000;
const PREEMPTIONS_TRIED = 2;
const MOST_PREEMPTIONS = 4;

function counterDecider(harness: Harness): Decider {
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();

  const alone = (program: Program): Map<string, Sighting> => {
    const letter = program.threads.flat()[0]!;
    const { divergences } = comparePair(harness, letter, program.start as number);
    return new Map(divergences.map((divergence) => [keyOf(divergence), { divergence }]));
  };

  return {
    sightings(program, wanted, hint) {
      if (opCount(program) === 1) return alone(program);
      const found = new Map<string, Sighting>();
      const note = (schedule: ScheduleBuffer) => {
        for (const divergence of judgeRun(harness, machine, schedule)) {
          const key = keyOf(divergence);
          if (!found.has(key)) found.set(key, { divergence, schedule: scheduleOf(schedule) });
        }
        return wanted !== undefined && found.has(wanted);
      };
      if (hint) {
        run(machine, program, lenientReplay(hint), new RandomChoices(0, 0), buffer);
        if (note(buffer)) return found;
      }
      enumerateSchedules(machine, program, PREEMPTIONS_TRIED, ENUMERATED, note);
      return found;
    },
    cheapest(program, key) {
      if (opCount(program) === 1) return undefined;
      let best: { schedule: number[]; switches: number } | undefined;
      for (let preemptions = 0; preemptions <= MOST_PREEMPTIONS && !best; preemptions++) {
        const kept: number[][] = [];
        const end = enumerateSchedules(machine, program, preemptions, ENUMERATED_AT_END, (schedule) => {
          if (judgeRun(harness, machine, schedule).some((divergence) => keyOf(divergence) === key)) {
            kept.push(scheduleOf(schedule));
          }
          return false;
        });
        for (const schedule of kept) {
          const { switches } = costOf(machine, program, schedule);
          if (!best || switches < best.switches) best = { schedule, switches };
        }
        if (end !== 'bounded') break;
      }
      return best?.schedule;
    },
  };
}

function schemeDecider(harness: Harness): Decider {
  const comparison = schemeComparison(harness, STATE_LIMIT);
  return {
    sightings(program) {
      const found = comparison.compare(program);
      return found && new Map([...found].map(([key, { divergence }]) => [key, { divergence }]));
    },
    cheapest(program, key) {
      const judged = comparison.judge(program);
      if (!judged) return undefined;
      let clean = false;
      let facts = 0;
      let caller = 0;
      let touched = 0;
      return cheapestSchedule(
        comparison.subject,
        program,
        (machine) => {
          clean = judged.isClean(machine);
          facts = machine.words[WordIndex.FACTS]!;
          caller = machine.words[WordIndex.CALLER]!;
          touched = machine.words[WordIndex.TOUCHED]!;
        },
        (machine, thread, op) => {
          const seen = judged.at(machine, thread, op, clean, facts, caller, touched);
          return seen !== undefined && keyOf(seen.divergence) === key;
        },
        (machine) => {
          const seen = judged.deadlock(machine);
          return seen !== undefined && keyOf(seen.divergence) === key;
        },
      );
    },
  };
}
