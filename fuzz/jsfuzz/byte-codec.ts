import { arityOf } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import type { Call } from '../program/alphabet.ts';
import { ExhaustiveChoices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { ScheduleError, type Scheduler } from '../run/schedulers.ts';
import { threadOf } from '../run/turn.ts';

/** A program, and the order in which its threads make their accesses, until none can go on. */
export interface ScheduledProgram {
  readonly program: Program;
  readonly schedule: readonly number[];
}

/** What the first bytes say, and the others, which are a schedule. */
export interface ReadProgram {
  readonly program: Program;
  readonly rest: Uint8Array;
}

/**
 * Programs and schedules as bytes, for engines that know of nothing else. Any bytes are a program of the harness, also
 * none; and a small change of the bytes is a small change of the program:
 *
 *     start                          one value, or one byte for the state of a scheme
 *     thread, op, argument …         for each op, one after the other
 *     end                            a byte where a thread would be
 *     turn …                         for each access at which more than one thread can go on
 *
 * A *thread* is a byte modulo threads + 1, the highest being the end. An *op* is a byte modulo the ops of the target. A
 * *value* is one byte: below 128 one of the target's own, in turn; up to 254 one near an edge of the number line; 255 is
 * followed by the value itself, four bytes, the lowest first; of a scheme's op it is one of those listed, in turn. A *turn* is a byte modulo the threads that can go on,
 * counted from the one that is running: 0 lets it go on. A turn where only one thread can go on has no byte. What is
 * missing at the end is 0, and a program without an op
 * gets the first one. Of refcount-v5.5, whose ops `inc`, `add`, `dec_and_test` and `read` have the numbers 0, 2, 5 and 9,
 * with up to 4 threads:
 *
 *     1 0 0 1 9 4 1                      1: inc | read           thread 1 first
 *     5 0 0 1 9 4 0 1                    INT_MAX: inc | read     0 1 0: read comes into the window
 *     155 0 2 255 232 3 0 0 1 5 4        3: add(1000) | dec_and_test
 *     (nothing)                          0: inc
 *
 * A start of 5 is the sixth that the target lists, 155 an edge, and 255 the sign that 1000 follows.
 */
export interface ByteCodec {
  /** @throws NonTerminatingOp when the program does not end under that schedule */
  decode(bytes: Uint8Array): ScheduledProgram;
  /**
   * The inverse of `decode`.
   *
   * @param schedule where it ends early, the running thread goes on
   * @throws RangeError for a program that the codec cannot express: of ops that the target does not list, of more
   *   threads than it was made for, or with a thread that does nothing
   * @throws ScheduleError for a schedule that does not fit its program
   */
  encode(program: Program, schedule?: readonly number[]): Uint8Array;
  /** The program alone. */
  program(bytes: Uint8Array): ReadProgram;
  /** Takes its turns from what `program` left. */
  scheduler(rest: Uint8Array): Scheduler;
}

/** From this byte on a value is near an edge. Of the values that a target lists, as many are in reach. */
const EDGES_FROM = 128;
/** The value itself follows. */
const ESCAPE = 255;
/** How far on each side values near the edges go; 0 is where counters live. */
const NEAR_ZERO = 24;
const NEAR_EDGE = 6;

/** @param threads the most that a program has, 1 to 4 */
export function byteCodec(harness: Harness, threads: number = MAX_THREADS): ByteCodec {
  const { alphabet, target } = harness;
  const arity = new Map(target.ops.map((op) => [op, arityOf(target.subject.ops[op]!)]));
  const starts = isCounterTarget(harness) ? valueTable(harness, target.initial) : stateTable(harness);
  const open = valueTable(harness, target.arguments);
  const valuesOf = new Map(target.ops.map((op) => [op, argumentTable(harness, op) ?? open]));
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  // The scheduler never asks for a choice: bytes are all there is.
  const choices = new ExhaustiveChoices();

  const program = (bytes: Uint8Array): ReadProgram => {
    const reader = new Reader(bytes);
    const start = starts.read(reader);
    const lists: number[][] = Array.from({ length: threads }, () => []);
    while (!reader.isAtEnd) {
      const list = lists[reader.next() % (threads + 1)];
      if (!list) break;
      const op = target.ops[reader.next() % target.ops.length]!;
      const given = Array.from({ length: arity.get(op)! }, () => valuesOf.get(op)!.read(reader));
      // Ops too many are read and dropped, so that what follows keeps its meaning.
      if (list.length < MAX_OPS) list.push(alphabet.id(op, given[0], given[1]));
    }
    const busy = lists.filter((list) => list.length > 0);
    const calls = busy.length > 0 ? busy : [[harness.calls[0]!]];
    return { program: { start, threads: calls }, rest: reader.rest() };
  };

  const callBytes = ({ op, a, b }: Call): number[] => {
    const at = target.ops.indexOf(op);
    if (at < 0) throw new RangeError(`the target does not list the op ${op}`);
    return [at, ...[a, b].slice(0, arity.get(op)!).flatMap((value) => valuesOf.get(op)!.write(value))];
  };

  return {
    program,
    scheduler: turnsFrom,
    decode(bytes) {
      const read = program(bytes);
      run(machine, read.program, turnsFrom(read.rest), choices, buffer);
      return { program: read.program, schedule: scheduleOf(buffer) };
    },
    encode(encoded, schedule = []) {
      if (encoded.threads.length > threads) throw new RangeError(`a program has at most ${threads} threads`);
      if (
        encoded.threads.length === 0 ||
        encoded.threads.some(({ length }) => length === 0 || length > MAX_OPS)
      )
        throw new RangeError(`each thread has 1 to ${MAX_OPS} ops`);
      const ops = encoded.threads.flatMap((calls, thread) =>
        calls.flatMap((call) => [thread, ...callBytes(alphabet.call(call))]),
      );
      const turns = turnsOf(machine, encoded, schedule);
      return Uint8Array.from([...starts.write(encoded.start), ...ops, threads, ...turns]);
    },
  };
}

/** Bytes one after another; behind the last there are zeros without end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}

/** One byte for what is common, more for the rest. */
interface Table<T> {
  read(reader: Reader): T;
  write(value: Program['start']): number[];
}

function valueTable(harness: Harness, listed: Harness['target']['initial']): Table<number> {
  // An op that takes no argument never reads one.
  const own = listed.length > 0 ? listed.slice(0, EDGES_FROM).map(Number) : [0];
  const edges = edgesOf(harness);
  return {
    read(reader) {
      const byte = reader.next();
      if (byte < EDGES_FROM) return own[byte % own.length]!;
      if (byte < ESCAPE) return edges[(byte - EDGES_FROM) % edges.length]!;
      return reader.next() | (reader.next() << 8) | (reader.next() << 16) | (reader.next() << 24);
    },
    write(value) {
      const number = Number(value);
      if (own.includes(number)) return [own.indexOf(number)];
      const edge = edges.indexOf(number);
      if (edge >= 0) return [EDGES_FROM + edge];
      return [ESCAPE, ...[0, 8, 16, 24].map((shift) => (number >>> shift) & 255)];
    },
  };
}

/** The arguments of a scheme's op are those that are listed, and no others: a byte is one of these, in turn. */
function argumentTable({ target }: Harness, op: string): Table<number> | undefined {
  const { subject } = target;
  if (subject.kind !== 'scheme') return undefined;
  const own = subject.ops[op]!.values ?? target.arguments;
  return {
    read: (reader) => own[reader.next() % own.length]!,
    write(value) {
      const at = own.indexOf(Number(value));
      if (at < 0) throw new RangeError(`${op} is not given ${value}`);
      return [at];
    },
  };
}

/** Neighbours are neighbours in the table too, so that a byte one higher is most often a value one higher. */
function edgesOf({ saturated }: Harness): number[] {
  const around = (edge: number, distance: number) =>
    Array.from({ length: 2 * distance + 1 }, (_, i) => (edge + i - distance) | 0);
  const far = [INT_MAX, INT_MIN, REFCOUNT_SATURATED, ...saturated, -REFCOUNT_SATURATED];
  // 49 near 0, and 13 at each other edge: cut where the bytes end.
  const all = [...around(0, NEAR_ZERO), ...far.flatMap((edge) => around(edge, NEAR_EDGE))];
  return [...new Set(all)].slice(0, ESCAPE - EDGES_FROM);
}

/** From this byte on it may also be a state that the target does not list; both sides must have it. */
const ANY_STATE_FROM = 192;

function stateTable({ target: { initial, reference, subject } }: Harness): Table<string> {
  const statesOf = (side: typeof reference) =>
    side !== 'ideal' && side.kind === 'scheme' ? side.states : {};
  const listed = initial.map(String);
  const all = Object.keys(statesOf(subject)).filter((state) => Object.hasOwn(statesOf(reference), state));
  return {
    read(reader) {
      const byte = reader.next();
      return byte < ANY_STATE_FROM
        ? listed[byte % listed.length]!
        : all[(byte - ANY_STATE_FROM) % all.length]!;
    },
    write(state) {
      const name = String(state);
      if (listed.includes(name)) return [listed.indexOf(name)];
      if (all.includes(name)) return [ANY_STATE_FROM + all.indexOf(name)];
      throw new RangeError(`there is no state "${name}" that both sides have`);
    },
  };
}

/**
 * The threads that can go on, from the running one onwards: with 0 and 2 able to, and 2 running, 2 0. So a byte 0 is
 * "go on" whatever runs, and bytes that mutation has moved or lost leave most of a schedule as it was.
 */
function enabledFrom(machine: Machine, running: number): number[] {
  const count = machine.schedulable;
  const enabled: number[] = [];
  for (let i = 0; i < count; i++) {
    const thread = (threadOf(running) + i) % count;
    if (machine.isEnabled(thread)) enabled.push(thread);
  }
  // Who reads an older write than the latest comes last.
  for (let turn = count; turn < machine.turns; turn++) if (machine.isEnabled(turn)) enabled.push(turn);
  return enabled;
}

function turnsFrom(rest: Uint8Array): Scheduler {
  let at = 0;
  let running = 0;
  return {
    name: 'bytes',
    begin() {
      at = 0;
      running = 0;
    },
    pick(machine) {
      const enabled = enabledFrom(machine, running);
      if (enabled.length === 0) return -1;
      running = enabled.length === 1 ? enabled[0]! : enabled[(rest[at++] ?? 0) % enabled.length]!;
      return running;
    },
  };
}

/** What `turnsFrom` would read: the run is made once, as a turn depends on who can go on there. */
function turnsOf(machine: Machine, program: Program, schedule: readonly number[]): number[] {
  const turns: number[] = [];
  let running = 0;
  machine.start(program);
  schedule.forEach((thread, access) => {
    const enabled = enabledFrom(machine, running);
    const turn = enabled.indexOf(thread);
    if (turn < 0)
      throw new ScheduleError(`access ${access + 1} of the schedule: thread ${thread} cannot run there`);
    if (enabled.length > 1) turns.push(turn);
    running = thread;
    machine.step(thread);
  });
  return turns;
}
