import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cheapestPath } from '../fuzz/explore/cheapest-path.ts';
import { interleavingsOf, uniformBelow } from '../fuzz/explore/interleavings.ts';
import { type OutcomeSets, outcomeSets, outcomeText } from '../fuzz/explore/outcomes.ts';
import { type StateGraph, stateGraph } from '../fuzz/explore/state-graph.ts';
import { uniformScheduler } from '../fuzz/explore/uniform-scheduler.ts';
import { CounterDecider } from '../fuzz/judge/decide-counter.ts';
import { judgeRun } from '../fuzz/judge/judge-run.ts';
import { PairWalk } from '../fuzz/judge/pair-walk.ts';
import { WatchedMachine } from '../fuzz/judge/watched-machine.ts';
import { type Choices, RandomChoices } from '../fuzz/program/choices.ts';
import { opCount, type Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../fuzz/run/run.ts';
import { pct, randomWalk, strictReplay } from '../fuzz/run/schedulers.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { canary } from '../targets/counters/canary.ts';
import { pax } from '../targets/counters/pax.ts';
import { refcountV411 } from '../targets/counters/refcount-v4.11.ts';
import { refcountV55 } from '../targets/counters/refcount-v5.5.ts';
import { refcountX86 } from '../targets/counters/refcount-x86.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../targets/subject/values.ts';
import { targetLike } from './mutants/campaigns.ts';
import { MUTANTS } from './mutants/mutants.ts';
import {
  everyRun,
  factorial,
  interleavings,
  naiveCost,
  naiveOutcomes,
  outcomeOf,
  programs,
  programText,
  smallPrograms,
} from './naive.ts';
import { THOROUGH } from './thorough.ts';

// The explorer merges, counts, numbers and sorts. Here everything is held against runs that do none of it.

const V55 = targetLike('refcount-v5.5');

function mutant(name: string): Counter {
  return MUTANTS.find(({ subject }) => subject.name.endsWith(`/${name}`))!.subject as Counter;
}

const UNDOCUMENTED: Counter = { ...mutant('inc-by-load-and-store'), name: 'undocumented' };
delete (UNDOCUMENTED as { documented?: string }).documented;

/** By whose algorithm a run is excused: by its own, by nobody's, by another counter's. */
const SUBJECTS: readonly Counter[] = [
  refcountV55,
  refcountX86,
  pax,
  refcountV411,
  canary,
  UNDOCUMENTED,
  mutant('inc-not-zero-by-store'),
  { ...refcountV55, name: 'twin' },
  mutant('inc-not-zero-in-two-steps'),
  mutant('check-before'),
  mutant('compares-after-second-read'),
  mutant('one-attempt'),
  mutant('set-by-difference'),
  mutant('dec-then-read'),
  mutant('dec-leaves-saturation'),
];

/** Programs that are drawn for each property and counter. */
const RUNS = THOROUGH ? 60 : 24;

const HARNESSES = SUBJECTS.map((subject) => [subject.name, harnessOf({ ...V55, subject })] as const);

/** Programs with more schedules than this are not run under all of them. */
const SCHEDULES = 400;

/** Every schedule of a program, in lexicographic order, with what each gives. */
function runsOf(harness: Harness, program: Program): { schedule: readonly number[]; outcome: string }[] {
  const machine = new Machine(harness.subject);
  const runs: { schedule: readonly number[]; outcome: string }[] = [];
  const end = (schedule: readonly number[]) =>
    void runs.push({ schedule, outcome: outcomeOf(harness, machine) });
  fc.pre(everyRun(machine, program, { end }, SCHEDULES));
  return runs;
}

function graphOf(harness: Harness, program: Program): StateGraph {
  return stateGraph(new Machine(harness.subject), program, 1e6)!;
}

function setsOf(harness: Harness, graph: StateGraph): OutcomeSets {
  const side = { graph, trees: harness.subject };
  return outcomeSets(side, side)!;
}

function outcomesOf(harness: Harness, program: Program): string[] {
  const sets = setsOf(harness, graphOf(harness, program));
  return [...sets.subject].map((outcome) => JSON.stringify(sets.read(outcome))).sort();
}

function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}

describe('the set of outcomes is that of all schedules', () => {
  test.each(HARNESSES)('%s', (_, harness) => {
    const property = fc.property(smallPrograms(harness, 5), (program) => {
      const runs = runsOf(harness, program);
      expect(outcomesOf(harness, program)).toEqual(sorted(runs.map(({ outcome }) => outcome)));
    });
    fc.assert(property, { numRuns: RUNS });
  });

  test('and that of a second refcount_t, written as a generator and run by nothing of refuzz', () => {
    const harness = harnessOf(V55);
    const small = smallPrograms(harness, 4).filter(
      (program) => program.threads.length * opCount(program) <= 9,
    );
    const property = fc.property(small, (program) => {
      expect(outcomesOf(harness, program)).toEqual([...naiveOutcomes(harness, program)].sort());
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('and equal on both sides exactly where both sides have it', () => {
    const harness = harnessOf(V55);
    const machine = new Machine(harness.reference!);
    const property = fc.property(smallPrograms(harness, 4), (program) => {
      const reference = stateGraph(machine, program, 1e6)!;
      const subject = graphOf(harness, program);
      const sets = outcomeSets(
        { graph: reference, trees: harness.reference! },
        { graph: subject, trees: harness.subject },
      )!;
      const textsOf = (outcomes: Iterable<number>) =>
        [...outcomes].map((outcome) => JSON.stringify(sets.read(outcome)));
      const other = harnessOf({ ...V55, subject: atomic });
      expect(textsOf(sets.reference).sort()).toEqual(outcomesOf(other, translated(harness, other, program)));
      expect(textsOf(sets.subject).sort()).toEqual(outcomesOf(harness, program));
      const [ours, theirs] = [new Set(textsOf(sets.subject)), new Set(textsOf(sets.reference))];
      const numbers = new Set(sets.reference);
      const shared = sets.subject.filter((outcome) => numbers.has(outcome));
      expect(sorted(textsOf(shared))).toEqual(sorted([...ours].filter((text) => theirs.has(text))));
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

/** The same program in another harness's calls. */
function translated(from: Harness, to: Harness, { start, threads }: Program): Program {
  return {
    start,
    threads: threads.map((ops) => ops.map((op) => to.alphabet.parse(from.alphabet.format(op)))),
  };
}

describe('interleavings are counted and numbered', () => {
  const schemes = ['inet-peer-naive-gc', 'ip-vs-dest-naive'].map((name) => {
    const harness = harnessOf(targetLike(name));
    return [name, harness, smallPrograms(harness, 3, harness.target.initial)] as const;
  });
  const counters = HARNESSES.map(([name, harness]) => [name, harness, smallPrograms(harness, 5)] as const);

  test.each([...counters, ...schemes])('in lexicographic order, each once: %s', (_, harness, small) => {
    const machine = new Machine(harness.subject);
    const property = fc.property(small, (program) => {
      const schedules: (readonly number[])[] = [];
      fc.pre(everyRun(machine, program, { end: (schedule) => void schedules.push(schedule) }, SCHEDULES));
      const numbering = interleavingsOf(graphOf(harness, program))!;
      expect(numbering.count).toBe(BigInt(schedules.length));
      expect(schedules.map((_, rank) => numbering.unrank(BigInt(rank)))).toEqual(schedules);
      expect(schedules.map((schedule) => Number(numbering.rank(schedule)))).toEqual([...schedules.keys()]);
    });
    fc.assert(property, { numRuns: 30 });
  });

  test('and there are no others', () => {
    const harness = harnessOf(V55);
    const inc = harness.alphabet.id('inc');
    const numbering = interleavingsOf(graphOf(harness, { start: 1, threads: [[inc], [inc]] }))!;
    expect([numbering.unrank(0n), numbering.unrank(1n)]).toEqual([
      [0, 1],
      [1, 0],
    ]);
    for (const rank of [-1n, 2n]) expect(() => numbering.unrank(rank)).toThrow(RangeError);
    for (const schedule of [[], [0], [0, 0], [2, 0], [0, 1, 1]])
      expect(() => numbering.rank(schedule), String(schedule)).toThrow(RangeError);
  });

  test('also where there are far too many to run: rank undoes unrank', () => {
    const harness = harnessOf(V55);
    const property = fc.property(programs(harness, 4, 3), fc.nat(), (program, seed) => {
      const numbering = interleavingsOf(graphOf(harness, program))!;
      const rank = uniformBelow(numbering.count, new RandomChoices(seed, 0));
      const schedule = numbering.unrank(rank);
      expect(numbering.rank(schedule)).toBe(rank);
      const machine = new Machine(harness.subject);
      run(machine, program, strictReplay(schedule), new RandomChoices(0, 0), scheduleBuffer());
      expect(machine.isFinished()).toBe(true);
    });
    fc.assert(property, { numRuns: RUNS });
  });

  test('of straight-line programs there are (Σm)! / Πm!, in Π(m+1) states', () => {
    const target = { ...V55, subject: atomic, ops: ['inc', 'dec', 'add'], arguments: [2, INT_MAX] };
    const harness = harnessOf(target);
    const property = fc.property(programs(harness, 4, 4), (program) => {
      const graph = graphOf(harness, program);
      const states = program.threads.reduce((product, { length }) => product * (length + 1), 1);
      expect(graph.states).toBe(states);
      expect(interleavingsOf(graph)!.count).toBe(BigInt(Math.round(interleavings(program))));
    });
    fc.assert(property);
    expect(factorial(16)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});

/** Answers what it was told to. */
function scripted(draws: readonly number[]): Choices & { readonly left: number } {
  let at = 0;
  return {
    below(bound) {
      expect(bound).toBe(2 ** 31);
      return draws[at++]!;
    },
    get left() {
      return draws.length - at;
    },
  };
}

describe('uniformBelow', () => {
  const WORD = 2 ** 31;

  test('gives each number the same share of the draws, and draws again beyond the last whole share', () => {
    const property = fc.property(fc.integer({ min: 1, max: WORD - 1 }), fc.nat(), (bound, some) => {
      const whole = WORD - (WORD % bound);
      const offset = some % bound;
      // A number below the bound is the remainder of one draw in each stretch of that length.
      for (const draw of [offset, whole - bound + offset])
        expect(uniformBelow(BigInt(bound), scripted([draw]))).toBe(BigInt(offset));
      if (whole === WORD) return;
      const choices = scripted([whole, WORD - 1, offset]);
      expect(uniformBelow(BigInt(bound), choices)).toBe(BigInt(offset));
      expect(choices.left).toBe(0);
    });
    fc.assert(property);
  });

  test('puts words together, the first one highest', () => {
    const bound = 2n ** 62n - 3n;
    expect(uniformBelow(bound, scripted([5, 7]))).toBe(5n * 2n ** 31n + 7n);
    const choices = scripted([WORD - 1, WORD - 3, WORD - 1, WORD - 1, 0, 1]);
    expect(uniformBelow(bound, choices)).toBe(1n);
    expect(choices.left).toBe(0);
    expect(uniformBelow(2n ** 31n + 1n, scripted([1, 0]))).toBe(2n ** 31n);
  });

  test('samples every interleaving, and so every outcome', () => {
    const harness = harnessOf(V55);
    const machine = new Machine(harness.subject);
    const buffer = scheduleBuffer();
    const property = fc.property(smallPrograms(harness, 4), (program) => {
      const count = Number(interleavingsOf(graphOf(harness, program))!.count);
      fc.pre(count <= 100);
      const scheduler = uniformScheduler(machine, program)!;
      const choices = new RandomChoices(1, 0);
      const schedules = new Set<string>();
      const outcomes: string[] = [];
      for (let draw = 0; draw < 30 * count; draw++) {
        run(machine, program, scheduler, choices, buffer);
        schedules.add(scheduleOf(buffer).join());
        outcomes.push(outcomeOf(harness, machine));
      }
      expect(schedules.size).toBe(count);
      expect(sorted(outcomes)).toEqual(outcomesOf(harness, program));
    });
    fc.assert(property, { numRuns: 40 });
  });
});

describe('random schedules show only what is in the set of outcomes', () => {
  test.each(HARNESSES.slice(0, 8))('%s', (_, harness) => {
    const machine = new Machine(harness.subject);
    const buffer = scheduleBuffer();
    const property = fc.property(programs(harness, 3, 4), fc.nat(), (program, seed) => {
      const graph = stateGraph(machine, program, 20_000);
      const side = graph && { graph, trees: harness.subject };
      const sets = side && outcomeSets(side, side);
      fc.pre(sets !== undefined && sets.subject.length < 20_000);
      const reachable = new Set([...sets!.subject].map((outcome) => JSON.stringify(sets!.read(outcome))));
      const choices = new RandomChoices(seed, 0);
      for (const scheduler of [randomWalk, randomWalk, pct(2), pct(3), randomWalk]) {
        run(machine, program, scheduler, choices, buffer);
        expect(reachable).toContain(outcomeOf(harness, machine));
      }
    });
    fc.assert(property, { numRuns: 40 });
  });
});

interface Judged {
  readonly schedule: readonly number[];
  readonly divergences: readonly Divergence[];
}

/** Every schedule of a program, judged one by one as a campaign would. */
function judgedRuns(harness: Harness, program: Program): Judged[] {
  const machine = new Machine(harness.subject);
  const runs: Judged[] = [];
  const end = (schedule: readonly number[]) => {
    const buffer = { threads: Uint8Array.from(schedule), length: schedule.length };
    runs.push({ schedule, divergences: judgeRun(harness, machine, buffer) });
  };
  fc.pre(everyRun(machine, program, { end }, SCHEDULES));
  return runs;
}

function decidedSignatures(decider: CounterDecider, program: Program): Map<string, Divergence> {
  const signatures = new Map<string, Divergence>();
  expect(
    decider.decide(program, 1e6, (divergence) => signatures.set(signatureOf(divergence), divergence)),
  ).toBe(true);
  return signatures;
}

/** Subjects whose runs are excused by another counter's algorithm: it must be asked what it can do. */
const isAsked = ({ documented }: Harness) => documented !== undefined && documented !== 'self';

function programOf({ alphabet }: Harness, start: number, ...threads: readonly string[]): Program {
  return { start, threads: threads.map((ops) => ops.split('; ').map((op) => alphabet.parse(op))) };
}

describe('the decider finds what judging every schedule finds, and nothing else', () => {
  test.each(HARNESSES)('op, boundary and kind: %s', (_, harness) => {
    const decider = new CounterDecider(harness);
    let seen = 0;
    const property = fc.property(smallPrograms(harness, 5), (program) => {
      const runs = judgedRuns(harness, program);
      const expected = sorted(runs.flatMap(({ divergences }) => divergences.map(unjudgedOf)));
      seen += expected.length;
      const found = sorted([...decidedSignatures(decider, program).values()].map(unjudgedOf));
      expect(found, programText(harness, program)).toEqual(expected);
    });
    fc.assert(property, { numRuns: RUNS });
    if (harness.documented === 'self') expect(seen).toBeGreaterThan(0);
  });

  const judgementsAgree = (harness: Harness, ...examples: readonly Program[]) => {
    const decider = new CounterDecider(harness);
    const property = fc.property(smallPrograms(harness, 5), (program) => {
      const runs = judgedRuns(harness, program);
      const expected = gravest(runs.flatMap(({ divergences }) => divergences));
      expect(sorted(decidedSignatures(decider, program).keys()), programText(harness, program)).toEqual(
        expected,
      );
    });
    // A fixed seed, since the faults below can show with any counter that is excused by another.
    fc.assert(property, { numRuns: RUNS, seed: 1, examples: examples.map((program) => [program]) });
  };

  const plain = HARNESSES.filter(([, harness]) => !isAsked(harness));
  test.each(plain)('and the judgement: %s', (_, harness) => judgementsAgree(harness));

  const asked = (name: string) => HARNESSES.find(([known]) => known.endsWith(name))![1];

  test.each([
    'twin',
    'inc-not-zero-in-two-steps',
    'compares-after-second-read',
    'one-attempt',
    'dec-then-read',
  ])('and the judgement, where another counter is asked: %s', (name) => judgementsAgree(asked(name)));

  test('and the judgement, where an accused run also leaves saturation', () => {
    const harness = asked('check-before');
    judgementsAgree(harness, programOf(harness, 0, 'add(INT_MAX)', 'inc; inc'));
  });

  test('and the judgement, where very many outcomes are undocumented', () => {
    const harness = asked('set-by-difference');
    judgementsAgree(harness, programOf(harness, 0, 'add(2)', 'set(1); inc; set(0)', 'add(2)'));
  });
});

function unjudgedOf({ op, boundary, kind }: Divergence): string {
  return `${op}-${boundary}-${kind}`;
}

/**
 * The signatures, without those that are `transient` in one run where another run makes the same `breaks`. The decider asks
 * the documented algorithm about the whole program and not about each run: what breaks somewhere is not excused.
 */
function gravest(divergences: readonly Divergence[]): string[] {
  const signatures = new Set(divergences.map(signatureOf));
  const isExcused = (one: Divergence) =>
    one.judgement === 'transient' && signatures.has(signatureOf({ ...one, judgement: 'breaks' }));
  return sorted(divergences.filter((one) => !isExcused(one)).map(signatureOf));
}

test.each(HARNESSES)('asked quickly, it says whether there is anything to find: %s', (_, harness) => {
  const decider = new CounterDecider(harness);
  const property = fc.property(smallPrograms(harness, 5), (program) => {
    const signatures = decidedSignatures(decider, program);
    const text = programText(harness, program);
    expect(decider.isExplained(program, 1e6), text).toBe(signatures.size === 0);
    const cost = (schedule: readonly number[] | undefined) => (schedule ? [naiveCost(schedule)] : []);
    const each = [...decider.cheapestOfEach(program, [...signatures.values()]).values()].flatMap(cost);
    // What is completed behind the goal costs as well, so the first to be shown need not be the cheapest in all.
    const any = cost(decider.cheapestOfAny(program));
    expect(any.length, text).toBe(Math.min(1, each.length));
  });
  fc.assert(property, { numRuns: RUNS });
  expect(decider.isExplained(programOf(harness, 1, 'read', 'read'), 1)).toBeUndefined();
});

describe('nothing is cheaper than', () => {
  const cases = HARNESSES.filter(([, { target }]) => target.subject !== refcountV411);

  /** @param costOf of a schedule, for a divergence that it shows */
  const isCheapest = (
    harness: Harness,
    costOf: (program: Program, schedule: readonly number[], divergence: Divergence) => number,
    ...examples: readonly Program[]
  ) => {
    const decider = new CounterDecider(harness);
    const property = fc.property(smallPrograms(harness, 5), (program) => {
      const runs = judgedRuns(harness, program);
      for (const divergence of decidedSignatures(decider, program).values()) {
        const unjudged = unjudgedOf(divergence);
        const shows = runs.filter(({ divergences }) =>
          divergences.some((one) => unjudgedOf(one) === unjudged),
        );
        const costs = shows.map(({ schedule }) => costOf(program, schedule, divergence));
        const found = costOf(program, decider.cheapest(program, divergence)!, divergence);
        expect(found, `${unjudged}: ${programText(harness, program)}`).toBe(minimum(costs));
      }
    });
    fc.assert(property, { numRuns: RUNS / 2, examples: examples.map((program) => [program]) });
  };

  test.each(cases)('the way to a divergence: %s', (_, harness) => {
    // Where a dearer last step to the goal is seen before a cheaper one.
    const example = programOf(harness, INT_MIN, 'inc', 'sub_and_test(INT_MIN); inc', 'inc');
    const costOf = (program: Program, schedule: readonly number[], divergence: Divergence) =>
      prefixCost(harness, program, schedule, divergence);
    isCheapest(harness, costOf, example);
  });

  test('the schedule with a divergence', () => {
    for (const [, harness] of cases) {
      const example = programOf(harness, 0, 'inc', 'inc; inc');
      isCheapest(harness, (_, schedule) => naiveCost(schedule), example);
    }
  });

  test.each(cases)('the path to an outcome: %s', (_, harness) => {
    const property = fc.property(smallPrograms(harness, 4), (program) => {
      const runs = runsOf(harness, program);
      const graph = graphOf(harness, program);
      const sets = setsOf(harness, graph);
      for (const outcome of sets.subject) {
        const { threads, final } = sets.read(outcome);
        const texts = (edge: number) => outcomeText(harness.subject.outcomeOf(graph.outcome[edge]!));
        const allows = (edge: number) =>
          graph.slot[edge]! < 0 || threads[graph.slot[edge]! >> 4]![graph.slot[edge]! & 15] === texts(edge);
        const path = cheapestPath(graph, allows, (state) => graph.word[state] === final)!;
        const text = JSON.stringify({ threads, final });
        const costs = runs.filter((one) => one.outcome === text).map(({ schedule }) => fullCost(schedule));
        expect(fullCost(path), text).toBe(minimum(costs));
        for (const side of ['reference', 'subject'] as const)
          expect(sets.cheapest(side, outcome), text).toEqual(path);
        expect(runs.find(({ schedule }) => String(schedule) === String(path))!.outcome).toBe(text);
      }
    });
    fc.assert(property, { numRuns: 30 });
  });
});

/** What a schedule costs up to the first access that shows a divergence. */
function prefixCost(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
  divergence: Divergence,
): number {
  const machine = new WatchedMachine(harness);
  machine.start(program);
  const stop = schedule.findIndex((thread) => {
    machine.step(thread);
    const unjudged = Array.from({ length: machine.unjudgedCount }, (_, at) => machine.unjudged(at));
    return unjudged.some((unjudged) => unjudgedOf({ ...divergence, ...unjudged }) === unjudgedOf(divergence));
  });
  return stop < 0 ? Number.NaN : costUpTo(schedule, stop + 1);
}

function fullCost(schedule: readonly number[]): number {
  return costUpTo(schedule, schedule.length);
}

/** A million a preemption, a thousand a switch, one an access. */
function costUpTo(schedule: readonly number[], length: number): number {
  let cost = length;
  for (let at = 1; at < length; at++) {
    const last = schedule[at - 1]!;
    if (schedule[at] !== last) cost += schedule.indexOf(last, at) >= 0 ? 1_001_000 : 1000;
  }
  return cost;
}

function minimum(costs: readonly number[]): number {
  return costs.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

describe('where nothing is reported, both sides have the same outcomes', () => {
  test.each(['refcount-v5.5', 'v4.11-to-v5.5'])('%s', (name) => {
    const harness = harnessOf(targetLike(name, { arguments: [0, 1, 2, -1] }));
    const decider = new CounterDecider(harness);
    const walk = new PairWalk(harness);
    const reference = new Machine(harness.reference!);
    const counts = { quiet: 0, loud: 0 };
    const small = smallPrograms(harness, 5, [0, 1, 2, 3, 5, -1, INT_MAX - 1]);
    const property = fc.property(small, (program) => {
      const signatures: string[] = [];
      walk.walk(program, ({ signature }) => signatures.push(signature));
      decider.decide(program, 1e6, (divergence) => signatures.push(signatureOf(divergence)));
      counts[signatures.length === 0 ? 'quiet' : 'loud']++;
      if (signatures.length > 0) return;
      const sets = outcomeSets(
        { graph: stateGraph(reference, program, 1e6)!, trees: harness.reference! },
        { graph: graphOf(harness, program), trees: harness.subject },
      )!;
      expect([...sets.subject]).toEqual([...sets.reference]);
    });
    fc.assert(property, { numRuns: 1500, seed: 1 });
    expect(Math.min(counts.quiet, counts.loud)).toBeGreaterThan(100);
  });
});
