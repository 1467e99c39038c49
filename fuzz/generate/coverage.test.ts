import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atomic } from '../../targets/counters/atomic.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { formatProgram, parseProgram } from '../case/program-text.ts';
import { programs } from '../fast-check/programs.ts';
import { Alphabet } from '../program/alphabet.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { DONE, Machine } from '../run/machine.ts';
import { run, scheduleBuffer } from '../run/run.ts';
import { randomWalk, strictReplay } from '../run/schedulers.ts';
import { TransitionTrees } from '../run/transition-trees.ts';
import { TargetSearch } from '../search/target-search.ts';
import { Coverage, FEATURES, SIGNATURE_FEATURES } from './coverage.ts';
import { generateProgram } from './generate.ts';

const V55 = harnessOf(targetLike('refcount-v5.5'));
const SCHEME = harnessOf(targetLike('inet-peer-naive'));

/** A machine of a harness, and somebody who watches it. */
class Watched {
  readonly coverage: Coverage;
  readonly harness: Harness;
  readonly #machine: Machine;

  constructor(harness: Harness) {
    this.harness = harness;
    this.coverage = new Coverage(harness.subject);
    this.#machine = new Machine(harness.subject);
    this.#machine.listener = this.coverage;
  }

  /** All features of a run, whatever was seen before. */
  of(program: Program, schedule: readonly number[] | number): number[] {
    this.coverage.seen = new Uint8Array(FEATURES);
    return this.newIn(program, schedule);
  }

  /** @param schedule the threads of all accesses, or the seed of a random one */
  newIn(program: Program, schedule: readonly number[] | number): number[] {
    this.coverage.begin();
    const scheduler = typeof schedule === 'number' ? randomWalk : strictReplay(schedule);
    const choices = new RandomChoices(typeof schedule === 'number' ? schedule : 0, 0);
    run(this.#machine, program, scheduler, choices, scheduleBuffer());
    return this.coverage.fresh.toSorted((one, other) => one - other);
  }

  /** A program of one thread, or under a schedule. */
  text(program: string, schedule: readonly number[] | number = 0): number[] {
    return this.of(parseProgram(this.harness, program), schedule);
  }
}

const MOST = { maxThreads: 3, maxOps: 4 };

describe('features are the same each time', () => {
  test.each([
    ['of a counter', V55],
    ['of a scheme', SCHEME],
  ])('%s, in a process that has met other programs before', (_, harness) => {
    const old = new Watched(harness);
    fc.assert(
      fc.property(programs(harness, MOST), fc.nat(), (program, seed) => {
        const features = old.of(program, seed);
        expect(old.of(program, seed)).toEqual(features);
        const text = formatProgram(harness, program);
        const fresh = new Watched(harnessOf(harness.target));
        expect(fresh.of(parseProgram(fresh.harness, text), seed)).toEqual(features);
        expect(features.every((one) => one >= 0 && one < SIGNATURE_FEATURES)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('after the trees have been dropped and grown anew', () => {
    const harness = harnessOf(targetLike('refcount-v5.5'));
    const watched = new Watched(harness);
    const texts = ['5: inc_not_zero, dec | read', '0: inc, set(1), dec_and_test', '-1: dec_not_one | inc'];
    const before = texts.map((text) => watched.text(text, 3));
    const { subject, alphabet } = harness;
    const root = subject.root(alphabet.id('dec_not_one'));
    for (let value = 10; subject.size < 1 << 17; value++) subject.child(root, value);
    const { generation } = subject;
    expect(texts.toReversed().map((text) => watched.text(text, 3))).toEqual(before.toReversed());
    expect(subject.generation).toBe(generation + 1);
  });

  // The numbers are in the pools of stored campaigns: others need another version of that format.
  test('and are the numbers that stored campaigns hold', () => {
    const watched = new Watched(harnessOf(targetLike('refcount-v5.5')));
    watched.coverage.begin();
    watched.coverage.signature('inc-zero-value-protects');
    expect([
      ...watched.coverage.fresh,
      ...watched.text('5: read'),
      ...watched.text('0: inc'),
    ]).toMatchInlineSnapshot(`
      [
        61342,
        27871,
        46901,
        14832,
        30713,
        46625,
      ]
    `);
  });
});

describe('a feature is told once', () => {
  test('and not again by a later program, until it is forgotten', () => {
    const watched = new Watched(V55);
    const program = parseProgram(V55, '5: inc, dec | read');
    expect(watched.of(program, 1).length).toBeGreaterThan(0);
    expect(watched.newIn(program, 1)).toEqual([]);
    expect(watched.of(program, 1).length).toBeGreaterThan(0);
  });

  test('each of a program once, however often it shows it', () => {
    const watched = new Watched(V55);
    const features = watched.text('5: read, read, read');
    expect(features).toEqual(watched.text('5: read'));
    expect(new Set(features).size).toBe(features.length);
  });
});

/** Ops that differ in one thing each. */
const ODD: Counter = {
  ...atomic,
  name: 'odd',
  ops: {
    look: { arity: 1, run: (count, a) => void (count.load('relaxed') + a) },
    look_too: { arity: 1, run: (count, a) => void (count.load('relaxed') + a) },
    put: { arity: 1, run: (count, a) => count.store(a, 'relaxed') },
    swap: { arity: 1, run: (count, a) => void count.exchange(a, 'relaxed') },
    tell: {
      arity: 1,
      run: (count, a) => {
        count.load('relaxed');
        return a > 0;
      },
    },
    number: {
      arity: 1,
      run: (count, a) => {
        count.load('relaxed');
        return a;
      },
    },
    warn: {
      arity: 1,
      run: (count, a) => {
        count.load('relaxed');
        if (a > 0) count.warn({ kind: 'ODD', text: a > 1 ? 'two' : 'one' });
      },
    },
    twice: {
      arity: 0,
      run: (count) => {
        count.load('relaxed');
        count.load('relaxed');
      },
    },
  },
};

/** Not by harnessOf: that asks for ops whose meaning is known. */
const alphabet = new Alphabet(ODD);
const odd = new Watched({
  ...V55,
  target: { ...V55.target, subject: ODD },
  alphabet,
  subject: new TransitionTrees(ODD, alphabet),
});

describe('features differ', () => {
  const different: [string, string, string][] = [
    ['by the op', '5: look(1)', '5: look_too(1)'],
    ['by the kind of access', '5: put(5)', '5: swap(5)'],
    ['by the value that was met', '5: look(1)', '0: look(1)'],
    ['by the value that was left', '5: put(5)', '5: put(0)'],
    ['by the result', '5: tell(1)', '5: tell(0)'],
    ['by the class of a result that is a number', '5: number(5)', '5: number(0)'],
    ['by a warning', '5: warn(0)', '5: warn(1)'],
    ['by the text of a warning', '5: warn(1)', '5: warn(2)'],
    ['by how often an op looks', '5: twice', '5: look(1)'],
  ];
  test.each(different)('%s', (_, one, other) => {
    expect(odd.text(one)).not.toEqual(odd.text(other));
  });

  const alike: [string, string, string][] = [
    ['arguments', '5: look(1)', '5: look(7)'],
    ['values of one class', '5: look(1)', '1000: look(1)'],
    ['numbers of one class', '5: number(5)', '5: number(77)'],
    ['how often an op is called', '5: look(1)', '5: look(1), look(1)'],
    ['which thread calls an op, if no other has begun one', '5: look(1), tell(1)', '5: look(1) | tell(1)'],
  ];
  test.each(alike)('not by %s', (_, one, other) => {
    const schedule = other.includes('|') ? [0, 1] : 0;
    expect(odd.text(one)).toEqual(odd.text(other, schedule));
  });

  test('by the op in the middle of which another one comes, and by what it does there', () => {
    const apart = odd.text('5: twice | look(1)', [0, 0, 1]);
    const within = odd.text('5: twice | look(1)', [0, 1, 0]);
    // All else is as before: the window is a feature of its own.
    expect(within).toEqual(expect.arrayContaining(apart));
    expect(within.length).toBe(apart.length + 1);
    const others = [
      odd.text('5: twice | look_too(1)', [0, 1, 0]),
      odd.text('5: twice | twice', [0, 1, 1, 0]),
      odd.text('0: twice | look(1)', [0, 1, 0]),
    ];
    const window = within.find((feature) => !apart.includes(feature))!;
    for (const features of others) expect(features).not.toContain(window);
    expect(odd.text('5: twice | look(3)', [0, 1, 0])).toContain(window);
  });

  test('by the signature of a divergence that is met, and signatures are told apart from all else', () => {
    const featureOf = (signature: string) => {
      odd.coverage.seen = new Uint8Array(FEATURES);
      odd.coverage.begin();
      odd.coverage.signature(signature);
      odd.coverage.signature(signature);
      return [...odd.coverage.fresh];
    };
    const [one, other] = ['inc-zero-value-protects', 'inc-zero-value-misses'].map(featureOf);
    expect([one!.length, other!.length]).toEqual([1, 1]);
    expect(one).not.toEqual(other);
    for (const [feature] of [one!, other!]) {
      expect(feature).toBeGreaterThanOrEqual(SIGNATURE_FEATURES);
      expect(feature).toBeLessThan(FEATURES);
    }
  });
});

describe('features are as many as there are things to tell apart', () => {
  /** What the features of a step are about, as text. */
  function textsOf({ subject: trees, alphabet }: Harness, machine: Machine, step: Step): string[] {
    const { thread, node, old, outcome } = step;
    const opOf = (at: number) => (trees.callOf(at) < 0 ? 'rcu' : alphabet.call(trees.callOf(at)).op);
    const siteOf = (at: number) => [opOf(at), trees.kind[at], trees.word[at], trees.isRoot[at]].join(' ');
    const isScheme = trees.subject.kind === 'scheme';
    const { words } = machine;
    const { COUNT, LIST, FREED, FACTS } = WordIndex;
    const value = trees.word[node] === COUNT ? classText(old) : old;
    const met = isScheme ? `${value} ${words[LIST]} ${words[FREED]}` : value;
    const others = [...machine.node.subarray(0, machine.threadCount).entries()]
      .filter(([other, at]) => other !== thread && at !== DONE && trees.isRoot[at] === 0)
      .map(([, at]) => `${siteOf(node)} within ${siteOf(at)} ${isScheme ? words[FREED] : met}`);
    const texts = [`${siteOf(node)} met ${met}`, ...others];
    if (outcome < 0) return texts;
    const { result, warnings } = trees.outcomeOf(outcome);
    const returned = typeof result === 'number' ? classText(result) : String(result);
    const left = isScheme ? words[FACTS] : classText(words[COUNT]!);
    return [
      ...texts,
      `${siteOf(node)} returned ${returned} ${warnings.map(({ text }) => text)} left ${left}`,
    ];
  }

  // Features are hashes: now and then two things share one.
  test.each([
    ['refcount-v5.5', 700],
    ['atomic-vs-ideal', 700],
    ['inet-peer-now', 150],
    ['ip-vs-dest-now', 150],
  ])('of %s', (name, least) => {
    const harness = harnessOf(targetLike(name));
    const coverage = new Coverage(harness.subject);
    const machine = new Machine(harness.subject);
    const texts = new Set<string>();
    machine.listener = {
      step(_, thread, node, old, outcome) {
        for (const text of textsOf(harness, machine, { thread, node, old, outcome })) texts.add(text);
        coverage.step(machine, thread, node, old, outcome);
      },
    };
    const limits = { maxThreads: 3, maxOps: 4 };
    const buffer = scheduleBuffer();
    for (let iteration = 0; iteration < 1500; iteration++) {
      const choices = new RandomChoices(1, iteration);
      run(machine, generateProgram(harness, limits, 1, choices), randomWalk, choices, buffer);
    }
    expect(texts.size).toBeGreaterThan(least);
    expect(coverage.fresh.length / texts.size).toBeGreaterThan(0.97);
    expect(coverage.fresh.length).toBeLessThanOrEqual(texts.size);
  });
});

/** What a machine tells its listener. */
interface Step {
  readonly thread: number;
  readonly node: number;
  readonly old: number;
  readonly outcome: number;
}

/** The classes of values, in words. */
function classText(value: number): string {
  for (const edge of [0, INT_MAX, INT_MIN, REFCOUNT_SATURATED]) if (value === edge) return String(edge);
  if (Math.abs(value) <= 2 || value === INT_MAX - 1 || value === INT_MIN + 1) return String(value);
  if (value > 0) return 'positive';
  return value > REFCOUNT_SATURATED ? 'above the pin' : 'below the pin';
}

describe('values', () => {
  /** Each line is a class of its own. */
  const CLASSES: readonly (readonly number[])[] = [
    ...[-2, -1, 0, 1, 2].map((value) => [value]),
    [3, 1000, INT_MAX - 2],
    [INT_MAX - 1],
    [INT_MAX],
    [INT_MIN],
    [INT_MIN + 1],
    [INT_MIN + 2, REFCOUNT_SATURATED - 1],
    [REFCOUNT_SATURATED],
    [REFCOUNT_SATURATED + 1, -1000, -3],
  ];
  const look = (value: number) =>
    odd.of({ start: value, threads: [[odd.harness.alphabet.id('look', 1)]] }, 0).join();

  test('at an edge, and on each side of it, are told apart', () => {
    const seen = CLASSES.map((values) => new Set(values.map(look)));
    for (const [at, texts] of seen.entries()) expect(texts.size, String(CLASSES[at])).toBe(1);
    expect(new Set(seen.flatMap((texts) => [...texts])).size).toBe(CLASSES.length);
  });
});

describe('features of a scheme', () => {
  const search = new TargetSearch(SCHEME, { seed: 1, isKnown: () => false });
  const of = (text: string) => [...search.featuresOf(parseProgram(SCHEME, text), 0)].sort((a, b) => a - b);

  test.each([
    ['the op', 'idle: lookup', 'idle: gc'],
    ['the state of the object', 'idle: lookup', 'one: lookup'],
    ['what happens in the middle of an op', 'idle: lookup | gc', 'idle: lookup, gc'],
  ])('differ by %s', (_, one, other) => {
    expect(of(one)).not.toEqual(of(other));
    expect(of(one)).toEqual(of(one));
  });

  // Of threads that are alike the explorer looks at one order only, and which one depends on the numbers of nodes.
  test('are the same in a process that has met other programs before, also where threads are alike', () => {
    const fresh = () => {
      const harness = harnessOf(SCHEME.target);
      return { harness, search: new TargetSearch(harness, { seed: 1, isKnown: () => false }) };
    };
    const twins = programs(SCHEME, { maxThreads: 2, maxOps: 2 }).map((program) => ({
      ...program,
      threads: [program.threads[0]!, ...program.threads],
    }));
    const featuresIn = ({ harness, search }: ReturnType<typeof fresh>, text: string) =>
      search.featuresOf(parseProgram(harness, text), 0).toSorted((a, b) => a - b);
    const old = fresh();
    fc.assert(
      fc.property(twins, (program) => {
        const text = formatProgram(SCHEME, program);
        const features = featuresIn(old, text);
        expect(featuresIn(old, text)).toEqual(features);
        expect(featuresIn(fresh(), text)).toEqual(features);
      }),
      { numRuns: 60 },
    );
  });
});
