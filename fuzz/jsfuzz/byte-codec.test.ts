import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { RandomChoices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { type Harness, harnessOf, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { randomWalk, ScheduleError } from '../run/schedulers.ts';
import { byteCodec } from './byte-codec.ts';

const HARNESSES = ['refcount-v5.5', 'atomic-vs-ideal', 'pax', 'inet-peer-biased', 'ip-vs-dest-now'].map(
  (name) => [name, harnessOf(targetLike(name))] as const,
);
const bytes = fc.uint8Array({ maxLength: 300, size: 'max' });
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

function callsOf({ target, alphabet }: Harness): fc.Arbitrary<number> {
  return fc.tuple(fc.constantFrom(...target.ops), word, word).map(([op, a, b]) => alphabet.id(op, a, b));
}

/** Both sides of the built-in schemes have the same states. */
function statesOf({ target: { subject } }: Harness): string[] {
  return subject.kind === 'scheme' ? Object.keys(subject.states) : [];
}

function programsOf(harness: Harness): fc.Arbitrary<Program> {
  const list = fc.array(callsOf(harness), { minLength: 1, maxLength: MAX_OPS, size: 'max' });
  return fc.record({
    start: isCounterTarget(harness) ? word : fc.constantFrom(...statesOf(harness)),
    threads: fc.array(list, { minLength: 1, maxLength: MAX_THREADS, size: 'max' }),
  });
}

function checkProgram({ target, alphabet }: Harness, { start, threads }: Program): void {
  expect(threads.length).toBeGreaterThanOrEqual(1);
  expect(threads.length).toBeLessThanOrEqual(MAX_THREADS);
  for (const list of threads) {
    expect(list.length).toBeGreaterThanOrEqual(1);
    expect(list.length).toBeLessThanOrEqual(MAX_OPS);
    for (const call of list) expect(target.ops).toContain(alphabet.call(call).op);
  }
  if (target.subject.kind === 'scheme') expect(target.subject.states).toHaveProperty(String(start));
  else expect(start).toBe((start as number) | 0);
}

describe.each(HARNESSES)('bytes for %s', (_, harness) => {
  const codec = byteCodec(harness);
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();

  test('any bytes are a program that runs to its end', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const { program, schedule } = codec.decode(input);
        checkProgram(harness, program);
        machine.start(program);
        for (const thread of schedule) {
          expect(machine.isEnabled(thread)).toBe(true);
          machine.step(thread);
        }
        expect(machine.isFinished() || machine.isDeadlocked()).toBe(true);
      }),
    );
  });

  test('every program and complete schedule comes back', () => {
    fc.assert(
      fc.property(programsOf(harness), fc.nat(), (program, seed) => {
        run(machine, program, randomWalk, new RandomChoices(seed, 0), buffer);
        const schedule = scheduleOf(buffer);
        expect(codec.decode(codec.encode(program, schedule))).toEqual({ program, schedule });
      }),
    );
  });

  test('the program comes back also without a schedule', () => {
    fc.assert(
      fc.property(programsOf(harness), (program) => {
        expect(codec.decode(codec.encode(program)).program).toEqual(program);
      }),
    );
  });

  test('another turn leaves the program as it is', () => {
    fc.assert(
      fc.property(programsOf(harness), fc.uint8Array({ maxLength: 40 }), (program, turns) => {
        const head = codec.encode(program);
        expect(codec.decode(Uint8Array.from([...head, ...turns])).program).toEqual(program);
      }),
    );
  });
});

const counter = harnessOf(targetLike('refcount-v5.5'));
const id = (op: string, a = 0) => counter.alphabet.id(op, a);

describe('a byte more or less', () => {
  const codec = byteCodec(counter);
  const [INC, ADD] = [counter.target.ops.indexOf('inc'), counter.target.ops.indexOf('add')];
  const threadsOf = (...input: number[]) => codec.decode(Uint8Array.from(input)).program.threads;

  test('none at all: the first op of the target, from its first value', () => {
    expect(codec.decode(new Uint8Array())).toEqual({
      program: { start: counter.target.initial[0], threads: [[counter.calls[0]]] },
      schedule: [0, 0],
    });
  });

  test('a pair taken out is an op less, and nothing else changes', () => {
    expect(threadsOf(0, 0, INC, 1, ADD, 0, 1, INC, 4)).toEqual([[id('inc')], [id('add'), id('inc')]]);
    expect(threadsOf(0, 1, ADD, 0, 1, INC, 4)).toEqual([[id('add'), id('inc')]]);
  });

  test('ops beyond the twelfth of a thread are passed over', () => {
    const many = Array.from({ length: 20 }, () => [0, INC]).flat();
    expect(threadsOf(0, ...many, 1, INC)).toEqual([Array(MAX_OPS).fill(id('inc')), [id('inc')]]);
  });

  test('a value: common ones in one byte, any other in five', () => {
    const sizeOf = (start: number) => codec.encode({ start, threads: [[id('inc')]] }).length;
    expect([0, 1, -1, 0x7fffffff, -0x80000000, -0x40000000, 17].map(sizeOf)).toEqual(Array(7).fill(4));
    expect(sizeOf(123_456_789)).toBe(8);
  });
});

describe('what has no bytes is refused', () => {
  const codec = byteCodec(counter, 2);
  const one = [id('inc')];

  test.each([
    ['more threads than asked for', [one, one, one], RangeError],
    ['a thread that does nothing', [one, []], RangeError],
    ['no thread', [], RangeError],
    ['more than twelve ops', [Array(13).fill(id('inc'))], RangeError],
  ])('%s', (_, threads, error) => {
    expect(() => codec.encode({ start: 1, threads })).toThrow(error);
  });

  test('a schedule of another program', () => {
    expect(() => codec.encode({ start: 1, threads: [one] }, [1])).toThrow(ScheduleError);
    expect(() => codec.encode({ start: 1, threads: [one] }, [0, 0])).toThrow(ScheduleError);
  });

  test('an op that the target does not list, and a state that there is not', () => {
    const narrow = harnessOf(targetLike('refcount-v5.5', { ops: ['inc'], arguments: [] }));
    const dec = { start: 1, threads: [[narrow.alphabet.id('dec')]] };
    expect(() => byteCodec(narrow).encode(dec)).toThrow(/does not list the op dec/);
    const scheme = harnessOf(targetLike('inet-peer-biased', { initial: ['idle'] }));
    const startingFrom = (start: string) => ({ start, threads: [[scheme.calls[0]!]] });
    expect(byteCodec(scheme).encode(startingFrom('two'))[0]).toBeGreaterThanOrEqual(192);
    expect(() => byteCodec(scheme).encode(startingFrom('three'))).toThrow(/no state "three"/);
  });
});
