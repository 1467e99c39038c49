import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExplorerOptions } from '../fuzz/explore/explorer.ts';
import { type SchemeComparison, schemeComparison } from '../fuzz/judge/compare-schemes.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import type { Program } from '../fuzz/program/program.ts';
import { Access, WordIndex } from '../fuzz/run/access.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import { codeAt, RESULT_CODES } from '../fuzz/run/op-results.ts';
import type { TransitionTrees } from '../fuzz/run/transition-trees.ts';
import { type Boundary, boundaryBetween } from '../oracles/boundary.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import { Fact } from '../oracles/lifetime.ts';
import type { Scheme } from '../targets/subject/subject.ts';
import { targetLike } from './mutants/campaigns.ts';
import { MUTANTS } from './mutants/mutants.ts';
import { everyRun, programText, smallPrograms } from './naive.ts';

// The rules of docs/words.md, "Judgements of schemes", once more: over runs one by one, with text for everything.

/** Programs with more schedules than this are not run under all of them. */
const SCHEDULES = 1200;

/** The results of every thread so far. */
type Vector = readonly (readonly string[])[];

/** One run, as the naive judge follows it. */
class Run {
  readonly machine: Machine;
  readonly #harness: Harness;
  readonly #trees: TransitionTrees;
  readonly #bias: number;
  /** By thread: where its present op first touched the counter, and whether it has stored to it. */
  touched: (Boundary | undefined)[] = [];
  pinned: boolean[] = [];
  /** The op that asked RCU for the callback last, and where it had touched the counter. */
  caller: { op: string; boundary: Boundary } | undefined;
  schedule: number[] = [];
  /** Of the schedule so far: a million a preemption, a thousand a switch, one an access. */
  cost = 0;

  constructor(harness: Harness, trees: TransitionTrees) {
    this.machine = new Machine(trees);
    this.#harness = harness;
    this.#trees = trees;
    this.#bias = (harness.target.subject as Scheme).bias;
  }

  begin(): void {
    this.touched = [];
    this.pinned = [];
    this.caller = undefined;
    this.schedule = [];
    this.cost = 0;
  }

  get vector(): Vector {
    return this.machine.program.threads.map((ops, thread) =>
      ops.slice(0, this.machine.position[thread]).map((_, op) => this.#result(thread, op)),
    );
  }

  #result(thread: number, op: number): string {
    return RESULT_CODES[codeAt(this.machine.results[thread]!, op)]!;
  }

  /** A leak after a warning is not held against a scheme. */
  facts(isOver: boolean): number {
    const { machine } = this;
    const deadlock = isOver && !machine.isFinished() ? Fact.DEADLOCK : 0;
    const facts = machine.words[WordIndex.FACTS]! | deadlock;
    return machine.warningTexts().length > 0 ? facts & ~Fact.LEAK : facts;
  }

  opName(thread: number, op: number): string {
    return this.#harness.alphabet.call(this.machine.program.threads[thread]![op]!).op;
  }

  /** Where the count stands. */
  get here(): Boundary {
    const count = this.machine.words[WordIndex.COUNT]!;
    return this.#boundary(count, count);
  }

  #boundary(old: number, value: number): Boundary {
    if (this.#harness.saturated.includes(old)) return 'saturated';
    return boundaryBetween(old - this.#bias, value - this.#bias, []);
  }

  /** Makes notes on the access that a thread is about to make; the answer makes those that come after it. */
  watch(thread: number): () => void {
    const { machine } = this;
    const node = machine.node[thread]!;
    const kind = this.#trees.kind[node]!;
    const old = machine.words[WordIndex.COUNT]!;
    const touches = kind <= Access.COMPARE_EXCHANGE && this.#trees.word[node] === WordIndex.COUNT;
    const op = machine.position[thread]!;
    const here = this.here;
    const last = this.schedule.at(-1);
    if (last !== undefined && last !== thread) this.cost += machine.isEnabled(last) ? 1_001_000 : 1000;
    this.cost++;
    return () => {
      this.schedule.push(thread);
      if (touches) {
        this.touched[thread] ??= this.#boundary(old, machine.words[WordIndex.COUNT]!);
        if (kind === Access.STORE) this.pinned[thread] = true;
      }
      if (kind === Access.RCU_CALL) {
        this.caller = { op: this.opName(thread, op), boundary: this.touched[thread] ?? here };
      }
    };
  }

  /** Call it when what a thread did has been looked at. */
  forget(thread: number, op: number): void {
    const isCallback = thread === this.machine.threadCount;
    const returned = isCallback
      ? this.#trees.isRoot[this.machine.node[thread]!] === 1
      : this.machine.position[thread] !== op;
    if (!returned) return;
    this.touched[thread] = undefined;
    this.pinned[thread] = false;
  }
}

/** What a side can do with a program. */
interface Can {
  readonly vectors: Set<string>;
  readonly endings: Set<string>;
  readonly warnings: Set<string>;
  facts: number;
}

/** The vectors on the way when a thread ends several ops at once. */
function vectorsUpTo(vector: Vector, thread: number, from: number): Vector[] {
  const list = vector[thread] ?? [];
  return list
    .slice(from)
    .map((_, at) => vector.map((ops, other) => (other === thread ? ops.slice(0, from + at + 1) : ops)));
}

/** @param alike puts the results of threads that are alike into one order */
function canDo(
  run: Run,
  program: Program,
  alike: (vector: Vector) => Vector,
  onAccess: (thread: number, op: number, before: Before) => void,
  onEnd: () => void = () => {},
): Can {
  const can: Can = { vectors: new Set(), endings: new Set(), warnings: new Set(), facts: 0 };
  const note = (vector: Vector) => void can.vectors.add(JSON.stringify(vector));
  let before: Before | undefined;
  let noted = () => {};
  note(program.threads.map(() => []));
  const all = everyRun(
    run.machine,
    program,
    {
      before(thread, at) {
        if (at === 0) {
          run.begin();
          // Ops that their threads cannot call are over before anything runs.
          for (const [other] of program.threads.entries())
            for (const vector of vectorsUpTo(run.vector, other, 0)) note(vector);
          note(run.vector);
        }
        before = {
          op: run.machine.position[thread]!,
          vector: run.vector,
          warnings: run.machine.warningTexts(),
          facts: run.facts(false),
          touched: run.touched[thread],
          caller: run.caller,
        };
        noted = run.watch(thread);
      },
      after(thread) {
        noted();
        for (const vector of vectorsUpTo(run.vector, thread, before!.op)) note(vector);
        for (const text of run.machine.warningTexts()) can.warnings.add(text);
        can.facts |= run.facts(false);
        onAccess(thread, before!.op, before!);
        run.forget(thread, before!.op);
      },
      end() {
        can.facts |= run.facts(true);
        can.endings.add(
          JSON.stringify([alike(run.vector), run.facts(true), run.machine.warningTexts().sort()]),
        );
        onEnd();
      },
    },
    SCHEDULES,
  );
  fc.pre(all);
  return can;
}

/** What held before an access. */
interface Before {
  readonly op: number;
  readonly vector: Vector;
  readonly warnings: readonly string[];
  readonly facts: number;
  readonly touched: Boundary | undefined;
  readonly caller: Run['caller'];
}

interface Answer {
  readonly signatures: string[];
  readonly lost: number;
}

/** By complete schedule, as text: the signatures it shows, each with the cost of the way to it. */
type Shown = ReadonlyMap<string, ReadonlyMap<string, number>>;

function naiveComparison(
  harness: Harness,
  program: Program,
  symmetry: boolean,
): { answer: Answer; shown: Shown } {
  const alike = (vector: Vector) => (symmetry ? sortedAlike(harness, program, vector) : vector);
  const reference = canDo(new Run(harness, harness.reference!), program, alike, () => {});
  let rawFindings: { readonly signature: string; readonly prefix: string; readonly cost: number }[] = [];
  const bySchedule = new Map<string, typeof rawFindings>();
  const leading = new Set<string>();
  const run = new Run(harness, harness.subject);

  const isStrange = (facts: number) => (facts & ~reference.facts) !== 0;
  const warnsStrangely = (texts: readonly string[]) => texts.some((text) => !reference.warnings.has(text));
  const see = (divergence: Divergence) =>
    rawFindings.push({ signature: signatureOf(divergence), prefix: run.schedule.join(), cost: run.cost });
  const reaches = (vector: Vector) => reference.vectors.has(JSON.stringify(vector));

  const subject = canDo(
    run,
    program,
    alike,
    (thread, op, before) => {
      const { machine } = run;
      const isOver = Array.from({ length: machine.schedulable }, (_, other) => other).every(
        (other) => !machine.isEnabled(other),
      );
      if (isStrange(run.facts(isOver)))
        for (let length = 0; length <= run.schedule.length; length++)
          leading.add(run.schedule.slice(0, length).join());
      if (machine.isDeadlocked() && isStrange(Fact.DEADLOCK)) {
        const stuck = program.threads.findIndex((ops, other) => machine.position[other]! < ops.length);
        const name = run.opName(stuck, machine.position[stuck]!);
        see({ op: name, boundary: run.here, kind: 'lifetime', judgement: 'breaks' });
      }
      const isCallback = thread === machine.threadCount;
      const boundary = run.touched[thread] ?? run.here;
      if (isStrange(run.facts(false) & ~before.facts) && !isStrange(before.facts)) {
        const where = isCallback ? before.caller! : { op: run.opName(thread, op), boundary };
        see({ ...where, kind: 'lifetime', judgement: 'breaks' });
        return;
      }
      if (isCallback || !reaches(before.vector) || warnsStrangely(before.warnings)) return;
      if (run.pinned.some((isPinned, other) => isPinned && other !== thread)) return;
      const warned = warnsStrangely(machine.warningTexts());
      const completed = vectorsUpTo(run.vector, thread, op);
      const strange = completed.find((vector) => !reaches(vector));
      if (strange) {
        const results = strange[thread]!;
        const instead = (result: string) => reaches(strange.with(thread, results.with(-1, result)));
        const refused = results.at(-1) === 'refused' && instead('granted') && !instead('void');
        const { role } = (harness.target.subject as Scheme).ops[run.opName(thread, op)]!;
        const isPlainMiss = (role === 'get' || role === 'enter') && machine.words[WordIndex.LIST] === 0;
        const judgement = warned || (refused && !isPlainMiss) ? 'false-alarm' : 'changes';
        see({ op: run.opName(thread, results.length - 1), boundary, kind: 'result', judgement });
      } else if (completed.length > 0 && warned) {
        see({ op: run.opName(thread, op), boundary, kind: 'warning', judgement: 'false-alarm' });
      }
    },
    () => {
      bySchedule.set(run.schedule.join(), rawFindings);
      rawFindings = [];
    },
  );
  const shown = new Map<string, Map<string, number>>();
  for (const [schedule, seen] of bySchedule) {
    // A changed answer that can still lead to a strange fact is told by the fact.
    const counted = seen.filter(
      ({ signature, prefix }) => !signature.endsWith('-changes') || !leading.has(prefix),
    );
    shown.set(schedule, new Map(counted.reverse().map(({ signature, cost }) => [signature, cost])));
  }
  const signatures = new Set([...shown.values()].flatMap((seen) => [...seen.keys()]));
  const lost = [...reference.endings].filter((ending) => !subject.endings.has(ending)).length;
  return { answer: { signatures: [...signatures].sort(), lost }, shown };
}

/** Threads are alike when they have the same ops and hold as much at the start. */
function sortedAlike(harness: Harness, { start, threads }: Program, vector: Vector): Vector {
  const { holders } = (harness.target.subject as Scheme).states[start as string]!;
  const kinds = threads.map((ops, thread) => `${ops} ${holders.filter((one) => one === thread).length}`);
  return vector.map((_, thread) => {
    const peers = [...vector.keys()].filter((other) => kinds[other] === kinds[thread]);
    const lists = peers.map((other) => vector[other]!.join()).sort();
    return [lists[peers.indexOf(thread)]!];
  });
}

function answerOf(comparison: SchemeComparison, program: Program): Answer {
  const { divergences, lost } = comparison.compare(program)!;
  return { signatures: [...divergences.keys()].sort(), lost };
}

/** Each of the ways to visit fewer states, alone and together. */
const OPTIONS: readonly Required<ExplorerOptions>[] = [
  { symmetry: false, eager: false },
  { symmetry: true, eager: false },
  { symmetry: false, eager: true },
  { symmetry: true, eager: true },
];

function comparisonsOf(harness: Harness): SchemeComparison[] {
  return OPTIONS.map((options) => schemeComparison(harness, 1e6, options));
}

const LIKE: Readonly<Record<string, string>> = {
  'inet-peer': 'inet-peer-biased',
  'inet-peer-biased': 'inet-peer-biased',
  'ip-vs-dest': 'ip-vs-dest-now',
  'ip-vs-dest-now': 'ip-vs-dest-now',
};

const HARNESSES: readonly (readonly [string, Harness])[] = [
  ...['inet-peer-naive-gc', 'ip-vs-dest-naive', 'inet-peer-naive', 'inet-peer-now', 'ip-vs-dest-now'].map(
    (name) => [name, harnessOf(targetLike(name))] as const,
  ),
  ...MUTANTS.filter(({ subject }) => subject.kind === 'scheme').map(({ subject, base, reference }) => {
    const target = targetLike(LIKE[base.name]!, { reference, subject });
    return [subject.name, harnessOf(target)] as const;
  }),
];

describe('comparing sets of outcomes gives the signatures and the losses that comparing run by run gives', () => {
  test.each(HARNESSES)('%s', (_, harness) => {
    // What is learned of the ops of one program is used for the next; both with and without must be right.
    const used = comparisonsOf(harness);
    const property = fc.property(smallPrograms(harness, 4, harness.target.initial), (program) => {
      const naive = [false, true].map((symmetry) => naiveComparison(harness, program, symmetry).answer);
      const text = programText(harness, program);
      for (const comparisons of [used, comparisonsOf(harness)]) {
        for (const [at, options] of OPTIONS.entries()) {
          const answer = answerOf(comparisons[at]!, program);
          expect(answer, `${text} ${JSON.stringify(options)}`).toEqual(naive[options.symmetry ? 1 : 0]);
        }
      }
    });
    fc.assert(property, { numRuns: 20 });
  });
});

test('which is worth something: a good part of the programs differs', () => {
  const harness = harnessOf(targetLike('inet-peer-naive-gc'));
  const { initial } = harness.target;
  const sample = fc.sample(smallPrograms(harness, 4, initial), { seed: 1, numRuns: 60 });
  const comparison = schemeComparison(harness, 1e6);
  const differing = sample.filter((program) => answerOf(comparison, program).signatures.length > 0);
  expect(differing.length).toBeGreaterThan(5);
});

describe('visiting fewer states changes no signature', () => {
  test.each(HARNESSES)('%s', (_, harness) => {
    const used = comparisonsOf(harness);
    const property = fc.property(smallPrograms(harness, 6, harness.target.initial), (program) => {
      const text = programText(harness, program);
      const [plain, sorted, ...eager] = used.map((comparison) => answerOf(comparison, program));
      expect(sorted!.signatures, text).toEqual(plain!.signatures);
      expect(eager, text).toEqual([plain, sorted]);
    });
    fc.assert(property, { numRuns: 40 });
  });
});

describe('nothing is cheaper than the way to a divergence that the decider names', () => {
  test.each(HARNESSES)('%s', (name, harness) => {
    const decider = deciderOf(harness);
    const property = fc.property(smallPrograms(harness, 4, harness.target.initial), (program) => {
      const { shown } = naiveComparison(harness, program, false);
      for (const [signature, { divergence }] of decider.rawFindings(program)!) {
        const costs = [...shown.values()].map((seen) => seen.get(signature) ?? Number.POSITIVE_INFINITY);
        const { schedule } = decider.cheapest(program, divergence)!;
        const cost = shown.get(schedule.join())!.get(signature);
        expect(cost, `${signature}: ${programText(harness, program)}, ${schedule}`).toBe(Math.min(...costs));
      }
    });
    const calls = (...ops: string[]) => ops.map((op) => harness.alphabet.parse(op));
    // Where a dearer last step to the goal is seen before a cheaper one.
    const example = () => ({
      start: 'one',
      threads: [calls('put', 'lookup'), calls('lookup_locked', 'use')],
    });
    const examples: [Program][] = name === 'inet-peer-biased/put-frees-idle' ? [[example()]] : [];
    fc.assert(property, { numRuns: 15, examples });
  });
});
