import { RunJudge } from '../judge/judge-run.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { lenientReplay } from '../run/schedulers.ts';
import type { SearchContext } from './search.ts';
import { placesOf, turnsOf, Visits } from './visits.ts';

/** Runs from one start that are judged; the rest is left to the search. A counter that is known to differ has many, all known. */
const MOST_JUDGED = 16;

/**
 * A look at runs of two threads as the plain functions that ops are, with which the search of a counter begins. Nothing
 * is recorded or judged until something is seen that the other side does not do; then the judge has a look as at any
 * other run, and what it does not confirm is not told. Nothing is found that the search would not find, but most races
 * show here, after some hundred runs of ops, before a search has recorded its first.
 *
 * It draws nothing: each campaign looks at the same.
 */
export class FirstLook {
  readonly #context: SearchContext;

  constructor(context: SearchContext) {
    this.#context = context;
  }

  /** An op, and another one that comes between its accesses: first from where a counter is in use, above 0. */
  *together(): Generator<RawFinding> {
    const { harness, counts, meet } = this.#context;
    const visits = new Visits(harness);
    const machine = new Machine(harness.subject);
    const judge = new RunJudge(harness, counts);
    const buffer = scheduleBuffer();
    const judged = new Map<Program['start'], number>();
    for (const { program, at } of this.#programs(visits)) {
      const before = judged.get(program.start) ?? 0;
      const seen = before < MOST_JUDGED ? returns(() => visits.strange(program, at)) : undefined;
      if (!seen) continue;
      judged.set(program.start, before + 1);
      const scheduler = lenientReplay(turnsOf(seen, at));
      const divergences = returns(() => {
        run(machine, program, scheduler, new RandomChoices(0, 0), buffer);
        return judge.judge(machine, buffer);
      });
      for (const divergence of divergences ?? [])
        if (meet(divergence)) yield { divergence, program, schedule: scheduleOf(buffer) };
    }
  }

  /** Two threads, of which the second comes between accesses of the first; and before which. */
  *#programs(visits: Visits): Generator<{ readonly program: Program; readonly at: readonly number[] }> {
    const { harness, counts, limits, begins } = this.#context;
    const calls = oneOfEachOp(harness);
    const starts = harness.target.initial as readonly number[];
    for (const start of [...starts.filter((one) => one > 0), ...starts.filter((one) => one <= 0)]) {
      harness.subject.interrupt.look();
      const able = calls.filter((call) => begins({ start, threads: [[call]] }));
      const visitors = visits.visitors(able, start);
      for (const call of able) {
        for (const visitor of visitors) {
          if (visits.isSame(call) && visits.isSame(visitor)) continue;
          for (const at of placesOf(visits.accesses(call, start), limits.maxOps)) {
            const program = { start, threads: [[call], at.map(() => visitor)] };
            if (!begins(program)) continue;
            counts.programs++;
            counts.schedules++;
            yield { program, at };
          }
        }
      }
    }
  }
}

/** Of each op one call: with the argument 1, or the first that is listed. */
function oneOfEachOp({ calls, alphabet }: Harness): number[] {
  const one = new Map<string, number>();
  for (const call of calls) {
    const { op, a } = alphabet.call(call);
    if (!one.has(op) || a === 1) one.set(op, call);
  }
  return [...one.values()];
}
