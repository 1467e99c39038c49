import { RunJudge } from '../judge/judge-run.ts';
import { comparePair, judgePair } from '../judge/lockstep.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { lenientReplay } from '../run/schedulers.ts';
import type { DirectLockstep } from '../sweep/direct-lockstep.ts';
import type { SearchContext } from './search.ts';
import { placesOf, turnsOf, Windows } from './windows.ts';

/** Runs that are judged; the rest is left to the search. A counter that is known to differ has many, all of them known. */
const MOST_JUDGED = 64;

/**
 * What the search of a counter begins with: a look at small programs as the plain functions that ops are. Nothing is
 * recorded or judged until something is seen that the other side does not do; then the judge has a look as at any other
 * program, and what it does not confirm is not told. Nothing is found that the search would not find, but most defects
 * show here, after a few hundred runs of ops, before a search has recorded its first.
 *
 *     alone       each op on each listed start
 *     together    an op, and another one that comes between its accesses, once or twice
 *
 * It draws nothing: each campaign looks at the same.
 */
export class FirstLook {
  readonly #context: SearchContext;
  /** Absent with the ideal counter as the reference: both sides may do the same there and be wrong. */
  readonly #direct: DirectLockstep | undefined;
  /** Pairs that were judged. */
  readonly #judgedPairs = new Set<string>();
  #judgedRuns = 0;

  constructor(context: SearchContext, direct: DirectLockstep | undefined) {
    this.#context = context;
    this.#direct = direct;
  }

  /** Whether the divergences of a pair have been told: whoever comes to it later need not. */
  hasJudged(call: number, old: number): boolean {
    return this.#judgedPairs.has(`${call} ${old}`);
  }

  /** Each op alone, on each listed start. */
  *alone(): Generator<RawFinding> {
    const { harness } = this.#context;
    const direct = this.#direct;
    // An iteration that was given up begins again.
    this.#judgedPairs.clear();
    this.#judgedRuns = 0;
    if (!direct) return;
    const starts = harness.target.initial as readonly number[];
    for (const call of harness.calls) yield* this.#pairs(direct, call, starts);
  }

  #pairs(direct: DirectLockstep, call: number, starts: readonly number[]): RawFinding[] {
    const { harness, counts, meet, begins } = this.#context;
    const programOf = (old: number): Program => ({ start: old, threads: [[call]] });
    const news: RawFinding[] = [];
    const before = direct.pairs;
    harness.subject.interrupt.look();
    direct.at(
      call,
      starts,
      (old, reference, subject) => {
        const divergences =
          reference && subject
            ? judgePair(harness, call, old, reference, subject)
            : (returns(() => comparePair(harness, call, old))?.divergences ?? []);
        this.#judgedPairs.add(`${call} ${old}`);
        for (const divergence of divergences)
          if (meet(divergence)) news.push({ divergence, program: programOf(old), schedule: undefined });
      },
      (old) => begins(programOf(old)),
    );
    counts.pairs += direct.pairs - before;
    return news;
  }

  /** An op, and another one that comes between its accesses, from some of the listed starts. */
  *together(isWanted: (start: number) => boolean): Generator<RawFinding> {
    const { harness, counts, meet } = this.#context;
    const windows = new Windows(harness);
    const machine = new Machine(harness.subject);
    const judge = new RunJudge(harness, counts);
    const buffer = scheduleBuffer();
    for (const { program, at } of this.#programs(windows, isWanted)) {
      const seen = returns(() => windows.strange(program, at));
      if (!seen) continue;
      if (this.#judgedRuns++ === MOST_JUDGED) return;
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
  *#programs(
    windows: Windows,
    isWanted: (start: number) => boolean,
  ): Generator<{ readonly program: Program; readonly at: readonly number[] }> {
    const { harness, counts, limits, begins } = this.#context;
    const calls = oneOfEachOp(harness);
    for (const start of harness.target.initial as readonly number[]) {
      if (!isWanted(start)) continue;
      harness.subject.interrupt.look();
      const able = calls.filter((call) => begins({ start, threads: [[call]] }));
      const visitors = windows.visitors(able, start);
      for (const call of able) {
        for (const visitor of windows.isSame(call) ? [] : visitors) {
          for (const at of placesOf(windows.accesses(call, start), limits.maxOps)) {
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
