import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomChoices } from '../fuzz/program/choices.ts';
import type { Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import { run, scheduleBuffer } from '../fuzz/run/run.ts';
import { randomWalk } from '../fuzz/run/schedulers.ts';
import { canary } from '../targets/counters/canary.ts';
import { refcountV55 } from '../targets/counters/refcount-v5.5.ts';
import { refcountX86 } from '../targets/counters/refcount-x86.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { targetLike } from '../test/mutants/campaigns.ts';
import { MUTANTS } from '../test/mutants/mutants.ts';
import { programs } from '../test/naive.ts';
import { type Execution, FINAL_WORD, LINEARIZABLE, unexplained } from './linearizability.ts';
import { INEXPLICABLE, LinearizabilityMonitor } from './linearizability-monitor.ts';

const V55 = targetLike('refcount-v5.5');

function mutant(name: string): Counter {
  return MUTANTS.find(({ subject }) => subject.name.endsWith(`/${name}`))!.subject as Counter;
}

/** With fewer ops than all where only some of them go wrong. */
const CASES: readonly (readonly [subject: Counter, ops?: readonly string[]])[] = [
  [refcountV55],
  [refcountX86],
  [canary, ['inc_not_zero', 'dec_and_test', 'read']],
  [mutant('inc-by-load-and-store')],
  [mutant('one-attempt')],
  [mutant('set-by-difference')],
  [mutant('dec-then-read')],
  [mutant('reads-again'), ['dec_not_one', 'inc', 'dec', 'read']],
];

const HARNESSES = CASES.map(
  ([subject, ops = V55.ops]) => [subject.name, harnessOf({ ...V55, subject, ops })] as const,
);

/** A call or a return. */
interface Event {
  readonly thread: number;
  readonly slot: number;
  readonly returns: boolean;
}

function eventsOf({ events, eventCount }: Execution): Event[] {
  return [...events.subarray(0, eventCount)].map((event) => ({
    thread: event >> 5,
    slot: event >> 1,
    returns: (event & 1) === 1,
  }));
}

function executionOf(harness: Harness, program: Program, seed: number): Execution {
  const machine = new Machine(harness.subject);
  run(machine, program, randomWalk, new RandomChoices(seed, 0), scheduleBuffer());
  return machine.execution;
}

function moved(monitor: LinearizabilityMonitor, state: number, event: Event, execution: Execution): number {
  const { thread, slot, returns } = event;
  return returns
    ? monitor.returned(state, thread, execution.outcomes[slot]!)
    : monitor.called(state, thread, execution.calls[slot]!);
}

/** Whether a run is explained; if not, whether it is an op or the final word that is not. */
type Verdict = 'explained' | 'op' | 'word';

/** By the search over the whole run. It knows how pending ops will end, so it may blame another op, and earlier. */
function searched(execution: Execution, harness: Harness, withWarnings: boolean): Verdict {
  const answer = unexplained(execution, harness.subject.specification, withWarnings);
  if (answer === LINEARIZABLE) return 'explained';
  return answer === FINAL_WORD ? 'word' : 'op';
}

/** By the monitor: of the results, and of the warnings too. */
function watched(monitor: LinearizabilityMonitor, execution: Execution): { lax: Verdict; strict: Verdict } {
  let state = monitor.start(execution.start);
  let isStrict = true;
  for (const event of eventsOf(execution)) {
    state = moved(monitor, state, event, execution);
    if (state === INEXPLICABLE) return { lax: 'op', strict: 'op' };
    expect(isStrict || !monitor.isStrict(state)).toBe(true);
    isStrict = monitor.isStrict(state);
  }
  const end = monitor.endsWith(state, execution.final) ? 'explained' : 'word';
  return { lax: end, strict: isStrict ? end : 'op' };
}

describe('the monitor, told one event after another, agrees with the search over the whole run', () => {
  test.each(HARNESSES)('on runs of %s', (_, harness) => {
    const monitor = new LinearizabilityMonitor(harness.subject.specification);
    const met = { explained: 0, op: 0, word: 0 };
    const property = fc.property(programs(harness, 4, 3), fc.nat(), (program, seed) => {
      const execution = executionOf(harness, program, seed);
      const strict = searched(execution, harness, true);
      met[strict]++;
      const seen = watched(monitor, execution);
      expect(seen.strict).toBe(strict);
      // While warnings are explained the monitor asks for a word that goes with them, not for one without.
      if (strict !== 'word') expect(seen.lax).toBe(searched(execution, harness, false));
    });
    fc.assert(property, { numRuns: 1500, seed: 1 });
    expect(met.explained).toBeGreaterThan(100);
    expect(met.op + met.word).toBeGreaterThan(10);
  });

  test('and forgets nothing that matters when it is cleared', () => {
    const [, harness] = HARNESSES[0]!;
    const monitor = new LinearizabilityMonitor(harness.subject.specification);
    const property = fc.property(programs(harness, 3, 3), fc.nat(), (program, seed) => {
      const execution = executionOf(harness, program, seed);
      const seen = watched(monitor, execution);
      expect(monitor.size).toBeGreaterThan(0);
      monitor.clear();
      expect(monitor.size).toBe(0);
      expect(watched(monitor, execution)).toEqual(seen);
    });
    fc.assert(property);
  });
});

describe('exchanging two threads', () => {
  const pair = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).filter(([one, other]) => one !== other);

  test.each(
    HARNESSES,
  )('twice changes nothing, and once is as if the other had made every move: %s', (_, harness) => {
    const monitor = new LinearizabilityMonitor(harness.subject.specification);
    const property = fc.property(programs(harness, 4, 3), fc.nat(), pair, (program, seed, [one, other]) => {
      const execution = executionOf(harness, program, seed);
      const exchanged = (thread: number) => (thread === one ? other : thread === other ? one : thread);
      let state = monitor.start(execution.start);
      let mirror = monitor.start(execution.start);
      for (const event of eventsOf(execution)) {
        state = moved(monitor, state, event, execution);
        mirror = moved(monitor, mirror, { ...event, thread: exchanged(event.thread) }, execution);
        const swapped = monitor.swapped(state, one, other);
        expect(swapped).toBe(mirror);
        expect(monitor.swapped(state, other, one)).toBe(swapped);
        expect(monitor.swapped(swapped, one, other)).toBe(state);
        if (state === INEXPLICABLE) return;
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
