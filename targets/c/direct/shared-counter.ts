import { InputError } from '../../subject/input-error.ts';
import type { CellOp, SharedCells } from '../../subject/shared-cells.ts';
import type { Fault } from '../../subject/subject.ts';
import { FUEL_GLOBAL, withFuel } from '../wasm/fuel.ts';
import { environment, isGlobal } from './direct-counter.ts';
import { DIRECT_MEMORY_PAGES } from './direct-memory.ts';
import { WarningTexts } from './warning-texts.ts';

const PAGE = 65536;
/** As large as the one that the linker provides. */
const STACK = 65536;
/** Words at the low end of a stack that no sound op reaches. */
const GUARD_WORDS = 64;
/** Not 0, which an op that overflows might well write; all words of the guard hold it. */
const GUARD = 0x5afe57ac;
/** Times round a loop for about a thousand ops, of which one that does not return burns all. */
const FUEL = 1 << 23;

/** The memory on which the instances of all threads run. It can be sent to a worker. */
export function sharedMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: DIRECT_MEMORY_PAGES, maximum: DIRECT_MEMORY_PAGES, shared: true });
}

/**
 * The direct build of a counter, as one of several threads runs it. Each thread has an instance of its own, and so its
 * own globals: stack pointer, base of thread-local storage, fuel. All instances are on one memory:
 *
 *     0 ─ linker's stack ─ static data ─┬─ stack 0 ─ … ─ stack 3 ─┬─ thread-local 0 ─ … ─ 3 ─┬─ cells ─ … ─ end
 *                                 __heap_base
 *
 * The linker's stack is nobody's. Static data is filled by the linker's start function, which runs once, in whichever
 * instance comes first: a later one changes nothing. A stack cannot be kept from growing into the one below it, so the
 * low end of each holds a pattern; the host's own memory is out of reach in any case.
 *
 * @param path of the source, for messages
 * @param bytes the direct build
 * @param memory a `sharedMemory`, on which nothing else runs
 * @param thread 0 to `threads - 1`; no two instances have the same
 * @throws InputError when the build has not the room it needs, or its word is not aligned
 */
export function sharedCounter(
  path: string,
  bytes: Uint8Array,
  memory: WebAssembly.Memory,
  thread: number,
  threads: number,
): SharedCells {
  const module = new WebAssembly.Module(withFuel(bytes));
  const stubs = new Map<string, WebAssembly.ExportValue>();
  const { exports } = new WebAssembly.Instance(module, environment(path, module, memory, stubs));
  for (const [name, answer] of Object.entries(exports)) stubs.set(name, answer);
  const fuel = globalOf(exports, FUEL_GLOBAL);
  const stackPointer = globalOf(exports, '__stack_pointer');
  const layout = layoutOf(path, exports, threads);
  const stack = layout.stacks + thread * STACK;
  const words = new Int32Array(memory.buffer);
  const guard = words.subarray(stack >> 2, (stack >> 2) + GUARD_WORDS);
  guard.fill(GUARD);
  stackPointer.value = stack + STACK;
  call(exports, '__wasm_init_tls', layout.locals + thread * layout.localSize);
  // The address of a thread-local variable, hence another in each instance; asked for after __wasm_init_tls has placed
  // it.
  const warned = call(exports, 'warned') >> 2;
  const texts = new WarningTexts(memory, call(exports, 'warning lists'));
  const codes = new WarningCodes();
  const { cells, size, count, capacity } = layout;
  const wordOf = (cell: number) => (cells + cell * size + count) >> 2;
  return {
    capacity,
    set: (cell, value) => void Atomics.store(words, wordOf(cell), value),
    get: (cell) => Atomics.load(words, wordOf(cell)),
    prepare(op, a, b): CellOp {
      const [type, run] = functionOf(exports, op);
      const address = (cell: number) => cells + cell * size;
      if (type === 'void') return (cell) => void run(address(cell), a, b);
      if (type === 'bool') return (cell) => run(address(cell), a, b) !== 0;
      return (cell) => Number(run(address(cell), a, b)) | 0;
    },
    refuel() {
      fuel.value = FUEL;
    },
    takeWarnings() {
      const code = words[warned]!;
      if (code === 0) return 0;
      words[warned] = 0;
      return codes.numberOf(code);
    },
    warningTexts: () => codes.all.map((code) => texts.of(code)),
    faultOf(error) {
      const fault = faultOf(error, fuel.value);
      // What was on the stack stays there.
      if (fault) stackPointer.value = stack + STACK;
      return fault;
    },
    isIntact: () => guard.every((word) => word === GUARD),
  };
}

/** Warnings are known by addresses and list numbers; here they are numbered in the order in which a thread met them. */
class WarningCodes {
  readonly all: number[] = [0];
  readonly #numbers = new Map<number, number>();

  numberOf(code: number): number {
    const known = this.#numbers.get(code);
    if (known !== undefined) return known;
    const number = this.all.push(code) - 1;
    this.#numbers.set(code, number);
    return number;
  }
}

interface Layout {
  /** Addresses. */
  readonly stacks: number;
  readonly locals: number;
  readonly cells: number;
  /** Bytes of thread-local storage, and of a cell, which is a whole object. */
  readonly localSize: number;
  readonly size: number;
  /** Where in its object the word lies. */
  readonly count: number;
  readonly capacity: number;
}

/**
 * Every instance computes the same layout, from exports that depend on the build alone.
 *
 * @throws InputError when no object fits behind the stacks and thread-local blocks
 */
function layoutOf(path: string, exports: WebAssembly.Exports, threads: number): Layout {
  const size = call(exports, 'object size');
  const count = call(exports, 'count') - call(exports, 'object');
  if (count % 4 !== 0) throw new InputError(path, 'has a count that is not aligned to 4 bytes');
  const alignment = Math.max(16, globalOf(exports, '__tls_align').value);
  const localSize = aligned(globalOf(exports, '__tls_size').value, alignment);
  const stacks = aligned(globalOf(exports, '__heap_base').value, 64);
  const locals = aligned(stacks + threads * STACK, alignment);
  // An object's size is a multiple of its alignment, so that objects in a row are aligned if the first is.
  const cells = aligned(locals + threads * localSize, 4096);
  const capacity = Math.floor((DIRECT_MEMORY_PAGES * PAGE - cells) / size);
  if (capacity < 1) throw new InputError(path, `leaves no memory for an object of ${size} bytes`);
  return { stacks, locals, cells, localSize, size, count, capacity };
}

/** The next multiple of `to`, or the address itself if it is one. */
function aligned(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}

/**
 * V8 throws a RangeError when its own stack is full. Fuel is looked at before the message, as an empty tank executes
 * `unreachable`, which is a trap like any other. Undefined for what is no failure of the op.
 */
function faultOf(error: unknown, fuel: number): Fault | undefined {
  if (error instanceof RangeError) return 'stack-overflow';
  if (!(error instanceof WebAssembly.RuntimeError)) return undefined;
  if (fuel === 0) return 'non-terminating';
  return error.message.includes('out of bounds') ? 'out-of-bounds' : 'trap';
}

type Exported = (...args: number[]) => number | bigint | undefined;

/** By the export `op TYPE NAME`; the type tells how to read the i32 that it returns. */
function functionOf(exports: WebAssembly.Exports, op: string): [type: string, run: Exported] {
  for (const [name, value] of Object.entries(exports)) {
    const [kind, type, called] = name.split(' ');
    if (kind === 'op' && called === op && typeof value === 'function') return [type!, value];
  }
  throw new Error(`internal: a direct build without ${op}`);
}

function call(exports: WebAssembly.Exports, name: string, ...args: number[]): number {
  const value = exports[name];
  if (typeof value !== 'function') throw new Error(`internal: a direct build without "${name}"`);
  return Number(value(...args) ?? 0);
}

function globalOf(exports: WebAssembly.Exports, name: string): WebAssembly.Global {
  const value = exports[name];
  if (!isGlobal(value)) throw new Error(`internal: a direct build without ${name}`);
  return value;
}
