import { InputError } from '../input-error.ts';
import type { DirectCounter, Expected } from '../subject.ts';
import { DIRECT_MEMORY_PAGES } from './compiler.ts';
import { FUEL_GLOBAL, withFuel } from './wasm/fuel.ts';

/** Values of one batch. */
const CAPACITY = 4096;
/** Times round a loop that an op may go, for each value: a compare-exchange loop on a word of one's own goes once. */
const ROUNDS = 2000;
const MOST_FUEL = 0x7fffffff;
const PAGE = 65536;

type Batch = (values: number, results: number, warnings: number, a: number, b: number, count: number) => void;
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
 * can share. Code in its linear memory cannot touch the host. It can go round for ever, so its loops burn fuel.
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
  const instance = new WebAssembly.Instance(module, { env: environment(path, module, memory) });
  const { exports } = instance;
  const heap = exports.__heap_base;
  const fuel = exports[FUEL_GLOBAL];
  if (!(heap instanceof WebAssembly.Global) || !(fuel instanceof WebAssembly.Global)) {
    throw new Error('internal: a direct build without its globals');
  }
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
  const texts = new WarningTexts(memory);
  const functions = functionsOf(exports);

  /** @returns undefined when it was stopped */
  const run = <T>(rounds: number, act: () => T): T | undefined => {
    fuel.value = Math.min(MOST_FUEL, rounds * ROUNDS);
    try {
      return act();
    } catch (error) {
      // A trap, or a recursion without end. Memory may be in any state; what the next op needs is set up anew.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return undefined;
      throw error;
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
    warningCode: (wanted) => texts.code(wanted),
  };
}

function environment(
  path: string,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): WebAssembly.ModuleImports {
  const imports: WebAssembly.ModuleImports = { memory };
  for (const { kind, name } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    imports[name] = () => {
      throw new InputError(path, `calls ${name}, which a counter cannot`);
    };
  }
  return imports;
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

/** A code is the address of the last text warned, and from bit 24 on how often the op warned, if more than once. */
class WarningTexts {
  readonly #memory: WebAssembly.Memory;
  readonly #known = new Map<number, readonly string[]>([[0, []]]);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  of(code: number): readonly string[] {
    const known = this.#known.get(code);
    if (known) return known;
    const count = Math.max(1, code >>> 24);
    const texts = new Array<string>(count).fill(warningText(this.#read(code & 0xffffff)));
    this.#known.set(code, texts);
    return texts;
  }

  code(wanted: readonly string[]): number {
    for (const [code, texts] of this.#known) if (texts.join('\n') === wanted.join('\n')) return code;
    return -1;
  }

  #read(address: number): string {
    const bytes = new Uint8Array(this.#memory.buffer);
    let text = '';
    for (let at = address; bytes[at]! !== 0 && text.length < 1000; at++)
      text += String.fromCharCode(bytes[at]!);
    return text;
  }
}

/** A warning's text as models have it: without the prefix, the full stop and the newline that printk wants. */
export function warningText(text: string): string {
  return text.replace(/^refcount_t: /, '').replace(/\.?\n?$/, '');
}
