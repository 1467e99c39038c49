import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enumerateSchedules } from '../fuzz/explore/bounded-schedules.ts';
import { Explorer } from '../fuzz/explore/explorer.ts';
import { StateSet } from '../fuzz/explore/state-set.ts';
import { values } from '../fuzz/fast-check/values.ts';
import { generateProgram } from '../fuzz/generate/generate.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import { judgeRun } from '../fuzz/judge/judge-run.ts';
import { minimize } from '../fuzz/minimize/minimize.ts';
import { complexity, simplerThan } from '../fuzz/minimize/simpler-values.ts';
import { ExhaustiveChoices, RandomChoices } from '../fuzz/program/choices.ts';
import { opCount, type Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../fuzz/run/run.ts';
import { pct, randomWalk, type Scheduler, strictReplay } from '../fuzz/run/schedulers.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import { LINEARIZABLE, unexplained } from '../oracles/linearizability.ts';
import { PairMap } from '../oracles/pair-map.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { refcountV55 } from '../targets/counters/refcount-v5.5.ts';
import { refcountX86 } from '../targets/counters/refcount-x86.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { INT_MAX } from '../targets/subject/values.ts';
import { bitsChanged, KEEP, type Word } from '../targets/subject/word.ts';
import { targetLike } from './mutants/campaigns.ts';
import { MUTANTS } from './mutants/mutants.ts';
import {
  factorial,
  interleavings,
  naiveCost,
  naiveOutcomes,
  outcomeOf,
  programs,
  programText,
  schedulesOf,
} from './naive.ts';

const int32 = values();

describe('StateSet agrees with a Map of strings', () => {
  const rows = fc
    .integer({ min: 1, max: 6 })
    .chain((stride) => fc.tuple(fc.constant(stride), fc.array(fc.array(int32, sized(stride)))));

  test('on which states are new, their numbers and their cells', () => {
    fc.assert(
      fc.property(rows, ([stride, states]) => {
        const set = new StateSet(stride);
        const naive = new Map<string, number>();
        for (const state of states) {
          const text = state.join();
          const isNew = !naive.has(text);
          if (isNew) naive.set(text, naive.size);
          const known = set.size;
          expect(set.add(Int32Array.from(state))).toBe(naive.get(text));
          expect(set.size).toBe(isNew ? known + 1 : known);
        }
        expect(set.size).toBe(naive.size);
        const cells = new Int32Array(stride);
        for (const [text, index] of naive) {
          set.copyTo(index, cells);
          expect(cells.join()).toBe(text);
        }
      }),
    );
  });

  test('also when it has grown many times, and after clear', () => {
    const set = new StateSet(2);
    const add = (i: number) => set.add(Int32Array.of(i % 100, Math.imul(i, 0x10001)));
    for (let i = 0; i < 20_000; i++) expect(add(i)).toBe(i);
    for (let i = 0; i < 20_000; i++) expect(add(i)).toBe(i);
    expect(set.size).toBe(20_000);
    set.clear();
    expect(set.size).toBe(0);
    expect([add(19_999), set.size]).toEqual([0, 1]);
  });
});

function sized(length: number): { minLength: number; maxLength: number } {
  return { minLength: length, maxLength: length };
}

describe('PairMap agrees with a Map', () => {
  // Its callers look a pair up before they set it, so that no pair is set twice.
  const entries = fc.uniqueArray(fc.tuple(int32, int32, fc.nat()), {
    maxLength: 200,
    selector: ([a, b]) => `${a},${b}`,
  });

  test('on pairs that were set and pairs that were not', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.tuple(int32, int32)), (list, others) => {
        const map = new PairMap(4);
        const naive = new Map<string, number>();
        for (const [a, b, value] of list) {
          expect(map.get(a, b)).toBe(-1);
          map.set(a, b, value);
          naive.set(`${a},${b}`, value);
          expect(map.get(a, b)).toBe(value);
        }
        expect(map.size).toBe(naive.size);
        for (const [a, b] of [...list, ...others]) expect(map.get(a, b)).toBe(naive.get(`${a},${b}`) ?? -1);
        map.clear();
        expect(map.size).toBe(0);
        for (const [a, b] of list) expect(map.get(a, b)).toBe(-1);
      }),
    );
  });
});

describe('RandomChoices', () => {
  // From a second implementation, in another number type: a change here breaks every seed ever written down.
  test.each([
    [1, 0, [1575218075, 998602672, 141733517, 611224475, 1454715939, 43155355, 415597553, 126449890]],
    [1, 1, [499542029, 1576723595, 1723697741, 1939241106, 1660958896, 448044002, 376928744, 402264669]],
    [
      2 ** 40 + 5,
      7,
      [1877699157, 206612737, 2070859775, 470271361, 488978778, 1290749841, 472013184, 32909116],
    ],
  ])('draws the same for ever from seed %d, iteration %d', (seed, iteration, golden) => {
    const choices = new RandomChoices(seed, iteration);
    expect(golden.map(() => choices.below(2 ** 31))).toEqual(golden);
  });

  test('gives other seeds and iterations streams of their own', () => {
    // Seeds 1 and 2 once shared a stream, 4084379126 iterations apart.
    const draws = (seed: number, iteration: number) => {
      const choices = new RandomChoices(seed, iteration);
      return Array.from({ length: 4 }, () => choices.below(2 ** 31)).join();
    };
    expect(draws(2, 1000 + 4084379126)).not.toBe(draws(1, 1000));
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed++)
      for (let iteration = 0; iteration < 300; iteration++) seen.add(draws(seed, iteration));
    expect(seen.size).toBe(300 * 300);
  });

  const seed = fc.maxSafeNat();

  test('stays below its bound', () => {
    fc.assert(
      fc.property(seed, fc.nat(), fc.integer({ min: 1, max: 2 ** 31 }), (one, iteration, bound) => {
        const choices = new RandomChoices(one, iteration);
        for (let i = 0; i < 50; i++) {
          const drawn = choices.below(bound);
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
        }
      }),
    );
  });

  test('reaches every value', () => {
    const choices = new RandomChoices(3, 3);
    const seen = new Set(Array.from({ length: 500 }, () => choices.below(12)));
    expect(seen.size).toBe(12);
  });

  test('draws other streams for other seeds and iterations, and the same after a restart', () => {
    const eight = (choices: RandomChoices) => Array.from({ length: 8 }, () => choices.below(2 ** 31)).join();
    fc.assert(
      fc.property(seed, seed, fc.nat(), fc.nat(), (one, other, n, m) => {
        fc.pre(one !== other && n !== m);
        const choices = new RandomChoices(one, n);
        const streams = [
          eight(choices),
          eight(new RandomChoices(other, n)),
          eight(new RandomChoices(one, m)),
        ];
        expect(new Set(streams).size).toBe(3);
        choices.restart(one, n);
        expect(eight(choices)).toBe(streams[0]);
      }),
    );
  });
});

describe('ExhaustiveChoices', () => {
  test('enumerates exactly the product, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }), (bounds) => {
        const choices = new ExhaustiveChoices();
        const seen: string[] = [];
        do seen.push(bounds.map((bound) => choices.below(bound)).join());
        while (choices.next());
        expect(seen.length).toBe(bounds.reduce((product, bound) => product * bound, 1));
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual([...seen].sort());
      }),
    );
  });

  test('follows bounds that depend on earlier answers', () => {
    const choices = new ExhaustiveChoices();
    let count = 0;
    do {
      const length = choices.below(4);
      for (let i = 0; i < length; i++) choices.below(2);
      count++;
    } while (choices.next());
    expect(count).toBe(1 + 2 + 4 + 8);
  });

  test('objects when other choices are offered than before', () => {
    const choices = new ExhaustiveChoices();
    choices.below(2);
    choices.next();
    expect(() => choices.below(3)).toThrow('not deterministic');
  });
});

const V55 = targetLike('refcount-v5.5');
const harnessFor = (subject: Counter): Harness => harnessOf({ ...V55, subject });

describe('straight-line programs, of which everything can be counted', () => {
  const harness = harnessOf({ ...V55, subject: atomic, ops: ['inc', 'dec', 'add'], arguments: [2, INT_MAX] });
  const straight = programs(harness, 4, 3).filter((program) => interleavings(program) <= 2000);
  const machine = new Machine(harness.subject);
  const explorer = new Explorer(machine);

  test('have (Σm)! / Πm! schedules, and each is met once', () => {
    fc.assert(
      fc.property(straight, (program) => {
        const { end, schedules } = schedulesOf(machine, program, Number.POSITIVE_INFINITY);
        expect(end).toBe('all');
        expect(schedules.length).toBe(interleavings(program));
        expect(new Set(schedules.map(String)).size).toBe(schedules.length);
      }),
    );
  });

  test('have T! schedules without a preemption', () => {
    fc.assert(
      fc.property(straight, (program) => {
        const { end, schedules } = schedulesOf(machine, program, 0);
        expect(schedules.length).toBe(factorial(program.threads.length));
        expect(new Set(schedules.map(String)).size).toBe(schedules.length);
        expect(end).toBe(schedules.length === interleavings(program) ? 'all' : 'bounded');
      }),
    );
  });

  test('have Π(m+1) states', () => {
    fc.assert(
      fc.property(straight, (program) => {
        const expected = program.threads.reduce((product, { length }) => product * (length + 1), 1);
        expect(explorer.explore(program, 1e6, {})).toBe(expected);
        expect(explorer.explore(program, expected - 1, {})).toBeUndefined();
      }),
    );
  });
});

describe('enumerateSchedules', () => {
  const harness = harnessFor(refcountV55);
  const machine = new Machine(harness.subject);
  const small = fc.oneof(programs(harness, 2, 2), programs(harness, 3, 1));

  test('has the very set of outcomes that a naive interpreter has', () => {
    fc.assert(
      fc.property(small, (program) => {
        const seen = new Set<string>();
        const end = enumerateSchedules(
          machine,
          program,
          { preemptions: Number.POSITIVE_INFINITY, limit: 1e6 },
          () => {
            seen.add(outcomeOf(harness, machine));
            return false;
          },
        );
        expect(end).toBe('all');
        expect([...seen].sort()).toEqual([...naiveOutcomes(harness, program)].sort());
      }),
      { numRuns: 150 },
    );
  });

  test('meets no more than the limit, and stops when asked to', () => {
    const inc = harness.alphabet.id('inc');
    const program = { start: 1, threads: [[inc], [inc], [inc]] };
    let seen = 0;
    const visit = (stopAt: number) => () => ++seen === stopAt;
    expect(enumerateSchedules(machine, program, { preemptions: 9, limit: 4 }, visit(-1))).toBe('limit');
    expect(seen).toBe(4);
    expect(enumerateSchedules(machine, program, { preemptions: 9, limit: 6 }, visit(-1))).toBe('all');
    expect(enumerateSchedules(machine, program, { preemptions: 9, limit: 6 }, visit(13))).toBe('stopped');
  });
});

describe('a scheduler', () => {
  const harness = harnessFor(refcountV55);
  const machine = new Machine(harness.subject);
  const makers: readonly (readonly [string, () => Scheduler])[] = [
    ['random walk', () => randomWalk],
    ...[1, 2, 3, 4].map((depth) => [`pct(${depth})`, () => pct(depth)] as const),
  ];

  test.each(makers)('picks only threads that can go on, until none can: %s', (_, make) => {
    const scheduler = make();
    const buffer = scheduleBuffer();
    const watched: Scheduler = {
      ...scheduler,
      pick(now, choices) {
        const thread = scheduler.pick(now, choices);
        if (thread >= 0) expect(now.isEnabled(thread)).toBe(true);
        return thread;
      },
    };
    fc.assert(
      fc.property(programs(harness, 4, 6), fc.nat(), (program, seed) => {
        run(machine, program, watched, new RandomChoices(seed, 0), buffer);
        expect(machine.isFinished()).toBe(true);
        const outcome = outcomeOf(harness, machine);
        run(machine, program, strictReplay(scheduleOf(buffer)), new RandomChoices(0, 0), scheduleBuffer());
        expect(outcomeOf(harness, machine)).toBe(outcome);
      }),
    );
  });

  test.each(makers)('chooses by the iteration alone, whatever it ran before: %s', (_, make) => {
    const scheduleFor = (scheduler: Scheduler, program: Program, seed: number) => {
      const buffer = scheduleBuffer();
      run(machine, program, scheduler, new RandomChoices(seed, 1), buffer);
      return scheduleOf(buffer).join();
    };
    fc.assert(
      fc.property(programs(harness, 4, 12), programs(harness, 3, 3), fc.nat(), (earlier, program, seed) => {
        const used = make();
        scheduleFor(used, earlier, seed);
        expect(scheduleFor(used, program, seed)).toBe(scheduleFor(make(), program, seed));
      }),
    );
  });

  test('pct(1) never preempts', () => {
    fc.assert(
      fc.property(programs(harness, 4, 4), fc.nat(), (program, seed) => {
        const buffer = scheduleBuffer();
        run(machine, program, pct(1), new RandomChoices(seed, 0), buffer);
        const order = scheduleOf(buffer);
        const switches = order.filter((thread, at) => at > 0 && thread !== order[at - 1]).length;
        expect(switches).toBe(program.threads.length - 1);
      }),
    );
  });
});

/** The op done whole on a plain cell. */
function alone(counter: Counter, op: string, a: number, b: number, old: number): [string, string[], number] {
  let value = old;
  const warnings: string[] = [];
  const change = (next: number): number => {
    const before = value;
    value = next | 0;
    return before;
  };
  const word: Word = {
    load: () => value,
    store: (next) => void change(next),
    exchange: change,
    fetchAdd: (i) => change(value + i),
    fetchSub: (i) => change(value - i),
    fetchBits: (how, bits) => change(bitsChanged(value, how, bits)),
    compareExchange: (expected, desired) => (value === expected ? change(desired) : value),
    update(next) {
      const desired = next(value);
      return desired === KEEP ? value : change(desired);
    },
    repeat(round) {
      while (!round());
    },
    warn: ({ text }) => void warnings.push(text),
    fence: () => {},
  };
  const result = String(counter.ops[op]!.run(word, a, b) ?? undefined);
  return [result, warnings, value];
}

/** Tries every order in which no op comes before one that had ended when it began. */
function naiveIsLinearizable(
  harness: Harness,
  counter: Counter,
  { execution }: Machine,
  withWarnings: boolean,
): boolean {
  const events = [...execution.events.subarray(0, execution.eventCount)];
  const slots = [...new Set(events.map((event) => event >> 1))];
  const endedBefore = (one: number, other: number) => events.indexOf(one * 2 + 1) < events.indexOf(other * 2);
  const explains = (left: readonly number[], value: number): boolean => {
    if (left.length === 0) return value === execution.final;
    return left.some((slot) => {
      if (left.some((other) => endedBefore(other, slot))) return false;
      const { op, a, b } = harness.alphabet.call(execution.calls[slot]!);
      const [result, warnings, next] = alone(counter, op, a, b, value);
      const had = harness.subject.outcomeOf(execution.outcomes[slot]!);
      if (result !== String(had.result)) return false;
      if (withWarnings && warnings.join('\n') !== had.warnings.map(({ text }) => text).join('\n'))
        return false;
      const rest = left.filter((other) => other !== slot);
      return explains(rest, next);
    });
  };
  return explains(slots, execution.start);
}

describe('linearizability agrees with trying every order', () => {
  const broken = MUTANTS.find(({ subject }) => subject.name.endsWith('inc-by-load-and-store'))!.subject;

  test.each(
    [refcountV55, refcountX86, broken as Counter].map((counter) => [counter.name, counter] as const),
  )('on runs of %s', (_, counter) => {
    const harness = harnessFor(counter);
    const machine = new Machine(harness.subject);
    const verdicts = { ok: 0, not: 0 };
    const property = fc.property(
      programs(harness, 4, 2),
      fc.nat(),
      fc.boolean(),
      (program, seed, warnings) => {
        run(machine, program, randomWalk, new RandomChoices(seed, 0), scheduleBuffer());
        const verdict =
          unexplained(machine.execution, harness.subject.specification, warnings) === LINEARIZABLE;
        verdicts[verdict ? 'ok' : 'not']++;
        expect(verdict).toBe(naiveIsLinearizable(harness, counter, machine, warnings));
      },
    );
    fc.assert(property, { numRuns: 2000, seed: 1 });
    expect(Math.min(verdicts.ok, verdicts.not)).toBeGreaterThan(100);
  });
});

interface Shown {
  readonly signature: string;
  readonly divergence: Divergence;
  readonly program: Program;
  readonly schedule: readonly number[];
}

/** The first run that shows each signature, as a campaign would meet it. */
function firstRawFindings(harness: Harness, most: number): Shown[] {
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  const shown = new Map<string, Shown>();
  for (let iteration = 0; shown.size < most; iteration++) {
    const choices = new RandomChoices(1, iteration);
    const program = generateProgram(harness, { maxThreads: 3, maxOps: 6 }, 2, choices);
    run(machine, program, randomWalk, choices, buffer);
    for (const divergence of judgeRun(harness, machine, buffer)) {
      const signature = signatureOf(divergence);
      if (!shown.has(signature))
        shown.set(signature, { signature, divergence, program, schedule: scheduleOf(buffer) });
    }
  }
  return [...shown.values()];
}

/** Everything that could still go: a thread, an op, or a step of a value. */
function smallerThan({ alphabet }: Harness, { start, threads }: Program): Program[] {
  const without = (thread: number, at: number) =>
    threads.with(thread, threads[thread]!.toSpliced(at, 1)).filter((ops) => ops.length > 0);
  const positions = threads.flatMap((ops, thread) => ops.map((call, at) => ({ thread, at, call })));
  return [
    ...threads.map((_, thread) => ({ start, threads: threads.toSpliced(thread, 1) })),
    ...positions.map(({ thread, at }) => ({ start, threads: without(thread, at) })),
    ...simplerThan(start as number).map((simpler) => ({ start: simpler, threads })),
    ...positions.flatMap(({ thread, at, call }) => {
      const { op, arity, a } = alphabet.call(call);
      const values = arity === 0 ? [] : simplerThan(a);
      return values.map((value) => ({
        start,
        threads: threads.with(thread, threads[thread]!.with(at, alphabet.id(op, value))),
      }));
    }),
  ].filter((program) => opCount(program) > 0);
}

describe('minimising', () => {
  const harness = harnessOf(V55);
  const decider = deciderOf(harness);
  const found = firstRawFindings(harness, 40);
  const small = found.map(({ signature, divergence, program, schedule }) => ({
    signature,
    from: program,
    ...minimize(harness, decider, program, divergence, schedule),
  }));

  test('keeps the signature, under the schedule that it hands back', () => {
    const machine = new Machine(harness.subject);
    const buffer = scheduleBuffer();
    for (const { signature, program, schedule } of small) {
      if (schedule === undefined) {
        expect([...decider.rawFindings(program)!.keys()]).toContain(signature);
        continue;
      }
      run(machine, program, strictReplay(schedule), new RandomChoices(0, 0), buffer);
      expect(machine.isFinished()).toBe(true);
      expect(judgeRun(harness, machine, buffer).map(signatureOf)).toContain(signature);
    }
  });

  test('leaves nothing that could go alone', () => {
    const candidates = small.reduce((sum, { program }) => sum + smallerThan(harness, program).length, 0);
    expect(candidates).toBeGreaterThan(200);
    const left = small.flatMap(({ signature, program }) =>
      smallerThan(harness, program)
        .filter((candidate) => decider.rawFindings(candidate, signature)!.has(signature))
        .map(
          (candidate) =>
            `${signature}: ${programText(harness, program)} could be ${programText(harness, candidate)}`,
        ),
    );
    expect(left).toEqual([]);
  });

  test('does not make anything larger', () => {
    for (const { from, program } of small) {
      expect(program.threads.length).toBeLessThanOrEqual(from.threads.length);
      expect(opCount(program)).toBeLessThanOrEqual(opCount(from));
    }
  });

  test('gives the same twice', () => {
    const fresh = deciderOf(harness);
    for (const [at, { divergence, program, schedule }] of found.entries()) {
      const again = minimize(harness, fresh, program, divergence, schedule);
      const { program: expected, schedule: order, tried } = small[at]!;
      expect(again).toMatchObject({ program: expected, tried });
      expect(again.schedule).toEqual(order);
    }
  });

  test('ends with the fewest preemptions, and among these with the fewest switches', () => {
    const machine = new Machine(harness.subject);
    const buffer = scheduleBuffer();
    for (const { signature, program, schedule } of small) {
      if (schedule === undefined) continue;
      const { end, schedules } = schedulesOf(machine, program, Number.POSITIVE_INFINITY);
      expect(end).toBe('all');
      const costs = schedules
        .filter((order) => {
          run(machine, program, strictReplay(order), new RandomChoices(0, 0), buffer);
          return judgeRun(harness, machine, buffer).some(
            (divergence) => signatureOf(divergence) === signature,
          );
        })
        .map(naiveCost);
      const cheapest = costs.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
      expect(`${signature} ${naiveCost(schedule)}`).toBe(`${signature} ${cheapest}`);
    }
  });
});

test('simplerThan offers only simpler values, simplest first, without repeating itself', () => {
  fc.assert(
    fc.property(int32, (value) => {
      const levels = simplerThan(value).map(complexity);
      expect(levels).toEqual([...new Set(levels)].sort((one, other) => one - other));
      for (const level of levels) expect(level).toBeLessThan(complexity(value));
      expect(simplerThan(value).length === 0).toBe(value === 0);
    }),
  );
});

describe('a generated program', () => {
  const limits = fc.record({
    maxThreads: fc.integer({ min: 2, max: 4 }),
    maxOps: fc.integer({ min: 1, max: 12 }),
  });
  const names = ['refcount-v5.5', 'pax', 'canary', 'inet-peer-biased', 'ip-vs-dest-now'];

  test.each(names)('respects the limits and the target: %s', (name) => {
    const harness = harnessOf(targetLike(name));
    const { ops, initial } = harness.target;
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 2 }), fc.nat(), (limit, minThreads, seed) => {
        const program = generateProgram(harness, limit, minThreads, new RandomChoices(seed, 0));
        expect(program.threads.length).toBeGreaterThanOrEqual(minThreads);
        expect(program.threads.length).toBeLessThanOrEqual(limit.maxThreads);
        for (const thread of program.threads) {
          expect(thread.length).toBeGreaterThan(0);
          expect(thread.length).toBeLessThanOrEqual(limit.maxOps);
          for (const call of thread) expect(ops).toContain(harness.alphabet.call(call).op);
        }
        if (typeof program.start === 'string') expect(initial).toContain(program.start);
        else expect(program.start | 0).toBe(program.start);
      }),
    );
  });

  test.each(names)('does not depend on earlier iterations: %s', (name) => {
    const limit = { maxThreads: 3, maxOps: 12 };
    const used = harnessOf(targetLike(name));
    const choices = new RandomChoices(7, 0);
    for (let iteration = 0; iteration < 200; iteration++) {
      choices.restart(7, iteration);
      const program = generateProgram(used, limit, 2, choices);
      if (iteration % 20 > 0) continue;
      const fresh = harnessOf(targetLike(name));
      const alone = generateProgram(fresh, limit, 2, new RandomChoices(7, iteration));
      expect(programText(fresh, alone)).toBe(programText(used, program));
    }
  });
});
