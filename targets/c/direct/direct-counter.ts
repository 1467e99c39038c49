import { InputError } from '../../subject/input-error.ts';
import type { DirectCounter, Expected } from '../../subject/subject.ts';
import { FUEL_GLOBAL, withFuel } from '../wasm/fuel.ts';
import { DIRECT_MEMORY_PAGES } from './direct-memory.ts';
import { WarningTexts } from './warning-texts.ts';

/**
 * Values of one batch. 48 KiB for the three arrays; a call from JavaScript into WebAssembly is paid once for so many
 * ops.
 */
const CAPACITY = 4096;
/** Times round a loop that an op may go, for each value: a compare-exchange loop on a word of one's own goes once. */
const ROUNDS = 2000;
/** The largest signed i32. Sweeps of more than a million values, 2^31 / ROUNDS, get no more. */
const MOST_FUEL = 0x7fffffff;
const PAGE = 65536;

/** Addresses of three arrays, then the arguments: `run(values[k], a, b)` for each k below `count`, in place. */
type Batch = (values: number, results: number, warnings: number, a: number, b: number, count: number) => void;
/**
 * Runs values from `first` on. @returns how many of them, from the first on, end as foreseen: value, result and warning
 */
type Sweep = (
  a: number,
  b: number,
  first: number,
  count: number,
  value: number,
  valueStep: number,
  result: number,
  resultStep: number,
  warning: number,
) => number;

/**
 * The direct build of a counter: V8 compiles it to machine code, with real atomic instructions on memory that threads
 * can share. Code in its linear memory cannot touch the host. It may loop for ever, so its loops burn fuel.
 *
 * @throws InputError when the build is not what refuzz.h makes of a counter
 */
export function directCounter(path: string, bytes: Uint8Array): DirectCounter {
  const module = new WebAssembly.Module(withFuel(bytes));
  const memory = new WebAssembly.Memory({
    initial: DIRECT_MEMORY_PAGES,
    maximum: DIRECT_MEMORY_PAGES,
    shared: true,
  });
  const stubs = new Map<string, WebAssembly.ExportValue>();
  const { exports } = new WebAssembly.Instance(module, environment(path, module, memory, stubs));
  for (const [name, answer] of Object.entries(exports)) stubs.set(name, answer);
  const heap = exports.__heap_base;
  const fuel = exports[FUEL_GLOBAL];
  const stackPointer = exports.__stack_pointer;
  if (!isGlobal(heap) || !isGlobal(fuel) || !isGlobal(stackPointer)) {
    throw new Error('internal: a direct build without its globals');
  }
  // The host's three arrays lie above all that the linker placed. A multiple of 16 is one of 4, as an Int32Array needs.
  const start = Math.ceil(Number(heap.value) / 16) * 16;
  const bytesOfAll = 3 * 4 * CAPACITY;
  if (start + bytesOfAll > DIRECT_MEMORY_PAGES * PAGE) {
    throw new InputError(
      path,
      `has ${start} bytes of static data; at most ${DIRECT_MEMORY_PAGES * PAGE - bytesOfAll}`,
    );
  }
  const array = (number: number) => new Int32Array(memory.buffer, start + number * 4 * CAPACITY, CAPACITY);
  const [values, results, warnings] = [array(0), array(1), array(2)];
  const lists = exports['warning lists'];
  const texts = new WarningTexts(memory, typeof lists === 'function' ? Number(lists()) : 0);
  // The stack comes first in memory, so its upper end, where the pointer starts, is where static data begin.
  const statics = stackPointer.value;
  const initial = new Uint8Array(memory.buffer).slice(statics, start);
  const functions = functionsOf(exports);

  /** @returns undefined when it was stopped */
  const run = <T>(rounds: number, act: () => T): T | undefined => {
    fuel.value = Math.min(MOST_FUEL, rounds * ROUNDS);
    try {
      return act();
    } catch (error) {
      // A trap, or a recursion without end. What it left half done is undone.
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      stackPointer.value = statics;
      new Uint8Array(memory.buffer).set(initial, statics);
      texts.forget();
      return undefined;
    }
  };
  const [at0, at1, at2] = [values.byteOffset, results.byteOffset, warnings.byteOffset];
  return {
    capacity: CAPACITY,
    values,
    results,
    warnings,
    batch: (op, a, b, count) =>
      run(count, () => {
        functions.batch.get(op)!(at0, at1, at2, a, b, count);
        return true;
      }) ?? false,
    sweep: (op, a, b, first, count, { value, valueStep, result, resultStep, warning }: Expected) =>
      run(count, () =>
        functions.sweep.get(op)!(a, b, first, count, value, valueStep, result, resultStep, warning),
      ),
    warningTexts: (code) => texts.of(code),
  };
}

/** Whether an export is a global variable, as the stack pointer is. */
export function isGlobal(value: WebAssembly.ExportValue | undefined): value is WebAssembly.Global {
  return value instanceof WebAssembly.Global;
}

/**
 * Imports of a direct build: the memory, and functions that nobody defines, which say so when they are called. A source
 * may give such a function any name, of any module.
 *
 * @param exports of the module, once it has been made: `stub NAME` answers for a function that does not matter
 * @throws InputError for one that has the place of the memory
 */
export function environment(
  path: string,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  exports: ReadonlyMap<string, WebAssembly.ExportValue>,
): Record<string, WebAssembly.ModuleImports> {
  // Maps, since a name may be `__proto__`.
  const imports = new Map([['env', new Map<string, WebAssembly.ImportValue>([['memory', memory]])]]);
  for (const { kind, module: from, name } of WebAssembly.Module.imports(module)) {
    if (kind === 'memory') continue;
    const known = imports.get(from) ?? new Map();
    if (kind !== 'function' || known.get(name) === memory)
      throw new InputError(path, `imports "${name}" of "${from}", where there is no such thing`);
    known.set(name, () => {
      const stub = exports.get(`stub ${name}`);
      if (typeof stub === 'function') return Number(stub());
      throw new InputError(path, `calls ${name}, which a counter cannot`);
    });
    imports.set(from, known);
  }
  return Object.fromEntries([...imports].map(([from, known]) => [from, Object.fromEntries(known)]));
}

/** `batch bool dec_and_test`: by the name of the op. */
function functionsOf(exports: WebAssembly.Exports): {
  readonly batch: ReadonlyMap<string, Batch>;
  readonly sweep: ReadonlyMap<string, Sweep>;
} {
  const named = (kind: string) =>
    Object.entries(exports)
      .filter(([name]) => name.startsWith(`${kind} `))
      .map(([name, value]) => [name.split(' ')[2]!, value] as const);
  return {
    batch: new Map(named('batch') as [string, Batch][]),
    sweep: new Map(named('sweep') as [string, Sweep][]),
  };
}
