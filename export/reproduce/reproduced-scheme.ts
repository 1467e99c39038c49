import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { ExhaustiveChoices } from '../../fuzz/program/choices.ts';
import { MAX_THREADS, type Program } from '../../fuzz/program/program.ts';
import { SCHEME_WORDS, WordIndex } from '../../fuzz/run/access.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { classesOf } from '../../fuzz/run/op-results.ts';
import { run, scheduleBuffer, scheduleOf } from '../../fuzz/run/run.ts';
import { lenientReplay } from '../../fuzz/run/schedulers.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { isWeak } from '../../fuzz/run/turn.ts';
import { wordNamesOf } from '../../fuzz/run/word-names.ts';
import { befallsObject, isOfOrder } from '../../oracles/lifetime.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { DecisionTrees } from './decision-trees.ts';
import { isDeadlocked, recordRun } from './recorded-ops.ts';
import { Inexpressible, type ReproducedCase } from './reproduced-case.ts';

/** States of the reference to look through before giving up. */
const STATES = 2_000_000;

/** One scheme of a case, under one schedule. */
export interface SchemeSide {
  readonly scheme: Scheme;
  readonly trees: DecisionTrees;
  /** The thread of each access; the number after the last one is RCU. */
  readonly schedule: readonly number[];
  /** The schedule ends with all threads waiting for each other. */
  readonly deadlocked: boolean;
  readonly start: SchemeStart;
}

/** Where a program of a scheme starts, by the names of words and the numbers of threads. */
export interface SchemeStart {
  /** Words that are not 0. */
  readonly words: ReadonlyMap<string, number>;
  readonly noted: boolean;
  /** By thread: references held (or, where `readers`, sections sat in), and RCU read sections inside of. */
  readonly held: readonly number[];
  readonly inside: readonly number[];
}

/** A case of a scheme, taken apart. */
export interface SchemeReproduction extends ReproducedCase {
  readonly kind: 'scheme';
  readonly subject: SchemeSide;
  /** Under the schedule without preemptions: whatever the reference gives there is right. */
  readonly reference: SchemeSide;
  /** By op as it is called. */
  readonly roles: ReadonlyMap<number, SchemeOp['role']>;
  /** What is looked at: the facts of the object, the warnings, or the results after each op. */
  readonly compared: 'facts' | 'warnings' | 'results';
  /** All of it that the reference gives in some schedule. */
  readonly allowed: readonly string[];
}

/**
 * Takes a case of a scheme apart.
 *
 * @throws Inexpressible when the reference has too many states to say all that it can give, or a side has more of time than an
 *   RCU callback
 */
export function reproducedScheme(shared: ReproducedCase): SchemeReproduction {
  const { harness, stored, program, schedule } = shared;
  const reference = harness.reference!;
  refuseFeatures(harness.subject.subject as Scheme);
  refuseFeatures(reference.subject as Scheme);
  const timed = [harness.subject, reference].find(({ subject }) => subject.kind === 'scheme' && subject.time);
  if (timed)
    throw new Inexpressible(
      `${timed.subject.name} has works, timers, waits or several callbacks, which stand-alone code has none of`,
    );
  if (isWeak(schedule))
    throw new Inexpressible(
      'a read takes a write that has been overwritten, and stand-alone code runs one access after another; refuzz show draws it',
    );
  const sides = {
    subject: sideOf(harness.subject, program, schedule),
    reference: sideOf(reference, program, scheduleWithoutPreemption(reference, program)),
  };
  const { kind } = stored.expect.divergence;
  if (stored.expect.subject.facts?.some((fact) => fact === 'stays' || fact === 'goes'))
    throw new Inexpressible(
      'whether the object stays is told by both sides together, and stand-alone code runs one',
    );
  const compared = befallsObject(kind) ? 'facts' : kind === 'warning' ? 'warnings' : 'results';
  const roles = program.threads
    .flat()
    .map((call) => [call, harness.subject.subject.ops[harness.alphabet.call(call).op] as SchemeOp] as const);
  return {
    ...shared,
    kind: 'scheme',
    ...sides,
    roles: new Map(roles.map(([call, { role }]) => [call, role])),
    compared,
    allowed: allowedBy(shared, compared, [
      ...shapesOf(harness.subject, program, sides.subject.schedule),
      ...shapesOf(reference, program, sides.reference.schedule),
    ]),
  };
}

/** What only the executor of refuzz does, and no runtime of a reproducer. */
function refuseFeatures({ name, ops, holds, threadWords, asksThread, resource, conserves }: Scheme): void {
  const isAbout = [
    [holds, 'kinds of hold'],
    [Object.values(ops).some(({ handsOver }) => handsOver), 'holds that change hands'],
    [Object.values(ops).some(({ needs }) => needs !== undefined), 'gets by holders'],
    [threadWords, 'variables of a thread'],
    [asksThread, 'the number of a thread'],
    [resource, 'a resource that is started and stopped'],
    [conserves, 'a count that is held against the holds'],
  ].find(([isThere]) => isThere);
  if (isAbout) throw new Inexpressible(`${name} has ${isAbout[1]}, which stand-alone code does not know of`);
}

/** Runs a side once, and keeps what its ops did as far as it went. */
function sideOf(trees: TransitionTrees, program: Program, schedule: readonly number[]): SchemeSide {
  const machine = new Machine(trees);
  const code = new DecisionTrees(trees);
  for (const { call, steps, outcome } of recordRun(machine, program, schedule))
    code.add(call, steps, outcome);
  const scheme = trees.subject as Scheme;
  return {
    scheme,
    trees: code,
    schedule,
    deadlocked: isDeadlocked(machine),
    start: startOf(scheme, program),
  };
}

/** Each thread runs until it is done or has to wait: the plainest of all schedules. */
function scheduleWithoutPreemption(trees: TransitionTrees, program: Program): number[] {
  const buffer = scheduleBuffer();
  run(new Machine(trees), program, lenientReplay([]), new ExhaustiveChoices(), buffer);
  return scheduleOf(buffer);
}

/** A named state as words and holders. In schemes with readers a thread that holds sits in an RCU section as well. */
function startOf(scheme: Scheme, { start }: Program): SchemeStart {
  const { count, list, noted, holders, readers, words = [] } = scheme.states[String(start)]!;
  const names = wordNamesOf(scheme);
  const held = Array.from({ length: MAX_THREADS }, (_, thread) => (holders.includes(thread) ? 1 : 0));
  const all: [number, number][] = [
    [WordIndex.COUNT, count],
    [WordIndex.LIST, list],
    ...words.map((value, at): [number, number] => [SCHEME_WORDS + at, value]),
  ];
  return {
    words: new Map(all.flatMap(([index, value]) => (value === 0 ? [] : [[names[index]!, value]]))),
    noted: noted === true,
    held,
    inside: readers ? held : held.map(() => 0),
  };
}

/**
 * What the reference can give in some schedule. Of results, those of complete runs, cut to the shapes that a run goes through:
 * so results so far are allowed if some complete run agrees with them.
 */
function allowedBy(
  { harness, program, stored }: ReproducedCase,
  compared: SchemeReproduction['compared'],
  shapes: readonly string[],
): string[] {
  const can = schemeComparison(harness, STATES, { symmetry: false }).referenceCan(program);
  if (!can)
    throw new Inexpressible(
      `the reference has more than ${STATES} states on this program; make it smaller first`,
    );
  if (compared === 'facts') return allowedFacts(can.facts, stored.expect.subject.facts ?? []);
  if (compared === 'warnings') return [...can.warnings];
  const cut = can.results.flatMap((packed) => {
    const vector = packed.map(classesOf);
    return shapes.map((shape) => {
      const lengths = shape.split(',').map(Number);
      return vector.map((list, thread) => list.slice(0, lengths[thread]).join(', ')).join(' | ');
    });
  });
  return [...new Set(cut)].sort();
}

/** Stand-alone code tells facts by their names alone, not by whom. */
function allowedFacts(allowed: readonly string[], shown: readonly string[]): string[] {
  if (shown.length === 0)
    throw new Inexpressible(
      'it is the reference that does harm here, and the subject does none: nothing of it shows',
    );
  const beyond = shown.find((fact) => fact === 'memory-error' || fact === 'unbalanced');
  if (beyond) throw new Inexpressible(`a fact like ${beyond} is about code that it does not contain`);
  // No value tells of it, and a machine that reorders nothing never will.
  if (shown.some(isOfOrder))
    throw new Inexpressible('the order of uses and frees is nothing that a run shows; refuzz show draws it');
  if (shown.every((fact) => allowed.includes(fact)))
    throw new Inexpressible(`the reference has a ${shown.join(', ')} as well, by another op or elsewhere`);
  return [...allowed];
}

/**
 * How many results each thread had, at each moment of the run at which there was a new one.
 *
 *     a schedule in which thread 0 ends its op, then thread 1 both of its own: 1,0  1,1  1,2
 */
function shapesOf(trees: TransitionTrees, program: Program, schedule: readonly number[]): Set<string> {
  const machine = new Machine(trees);
  machine.start(program);
  const shapes = new Set<string>();
  const counts = () => program.threads.map((_, thread) => machine.position[thread]!);
  for (const thread of schedule) {
    const before = machine.position[thread]!;
    machine.step(thread);
    if (thread === program.threads.length) continue;
    for (let done = before + 1; done <= machine.position[thread]!; done++)
      shapes.add(counts().with(thread, done).join());
  }
  return shapes;
}

/** A word that programs name, and whether it goes when the object is freed. */
export interface NamedWord {
  readonly name: string;
  readonly isInObject: boolean;
}

/**
 * The words that either side of a reproduction uses; the count and the list always. What has one name on both sides is one
 * word, as a scheme may have words that the other lacks.
 */
export function wordsOf({ subject, reference }: SchemeReproduction): NamedWord[] {
  const words = new Map<string, NamedWord>();
  for (const { scheme, trees, start } of [subject, reference]) {
    wordNamesOf(scheme).forEach((name, index) => {
      const isCount = index === WordIndex.COUNT;
      const isUsed = isCount || index === WordIndex.LIST || trees.words.has(index) || start.words.has(name);
      if (!isUsed || words.has(name)) return;
      words.set(name, { name, isInObject: isCount || isOwnInObject(scheme, index) });
    });
  }
  return [...words.values()];
}

function isOwnInObject({ words }: Scheme, index: number): boolean {
  return words?.[index - SCHEME_WORDS]?.isInObject ?? false;
}

/** A put or a use by a thread that holds nothing is not made: how many ops are left to make after those of the start. */
export function opsToMake({ program, roles, subject }: SchemeReproduction): number {
  return program.threads
    .map((calls, thread) => {
      if (subject.start.held[thread]! > 0) return calls.length;
      const first = calls.findIndex((call) => !['put', 'use'].includes(roles.get(call)!));
      return first < 0 ? 0 : calls.length - first;
    })
    .reduce((sum, left) => sum + left, 0);
}
