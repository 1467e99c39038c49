import { Fault, type Host, Interpreter } from '../wasm/interpreter.ts';
import type { WasmModule } from '../wasm/module.ts';
import { readCell } from './memory-cells.ts';

/** A scalar in the object, or an array. */
export interface Field {
  /** The way to it, as C has it: `link.next`. What has one scalar and no more is called after itself: `lock`. */
  readonly name: string;
  /** Its type as C has it, `unsigned int` or `struct callback_head *`. */
  readonly type: string;
  readonly address: number;
  /** In bytes; undefined where nothing but the address is known: an array, and what is `_Atomic`. */
  readonly size: number | undefined;
}

/** The exported function that tells of the object's fields. */
const EXPORT = 'fields';

/**
 * The fields of a source's object, in the order of their declaration: `__builtin_dump_struct`, which clang has for C, calls
 * a function for each with what printf would want, and reads the field before it does. So the calls tell the names,
 * and the loads between them where the fields lie:
 *
 *     refuzz_field("%s%s %s =", "  ", "spinlock_t", "lock")        a struct begins: what comes is named `lock.…`
 *     load 66268, 4 bytes
 *     refuzz_field("%s%s %s = %d\n", "    ", "int", "locked", 0)   `lock.locked` is an int of 4 bytes at 66268
 *     refuzz_field("%s}\n", "  ")                                  it ends
 *     refuzz_field("%s%s %s = *%p\n", "  ", "int[3]", "slots", 66312)
 *
 * @returns none for a source that does not tell; those before the fault where clang's function fails
 */
export function objectFields(module: WasmModule): Field[] {
  const index = module.exports.get(EXPORT);
  if (index === undefined) return [];
  const host = new FieldHost(module);
  try {
    host.interpreter.call(index, []);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  return host.fields();
}

/** A struct that has begun: its name, and how many fields there were before. */
interface Begun {
  readonly name: string;
  readonly before: number;
}

/** Notes what is loaded, and what the function is called with. */
class FieldHost implements Host {
  readonly interpreter: Interpreter;
  readonly #statics: number;
  readonly #fields: Field[] = [];
  readonly #begun: Begun[] = [];
  #loaded: { readonly address: number; readonly size: number } | undefined;

  constructor(module: WasmModule) {
    this.interpreter = new Interpreter(module, this);
    this.#statics = this.interpreter.globalValue('__stack_pointer');
  }

  fields(): Field[] {
    return this.#fields;
  }

  isShared(address: number): boolean {
    return address >= this.#statics;
  }

  load(address: number, size: 1 | 2 | 4 | 8): number | bigint {
    this.#loaded = { address, size };
    return size === 8 ? 0n : 0;
  }

  store(): void {}

  /** Arguments behind the format lie in memory, four bytes each up to the name. */
  call(name: string, args: readonly (number | bigint)[]): number | undefined {
    if (name !== 'refuzz_field') return undefined;
    const format = this.interpreter.readCString(Number(args[0]));
    const argument = (at: number) => readCell(this.interpreter.memory, Number(args[1]) + 4 * at, 4);
    const text = (at: number) => this.interpreter.readCString(argument(at));
    if (format === '%s%s %s =') this.#begun.push({ name: text(2), before: this.#fields.length });
    else if (format === '%s}\n') this.#end();
    else if (format.startsWith('%s%s %s')) {
      const isArray = format.includes('= *%p');
      const place = isArray ? { address: argument(3), size: undefined } : this.#loaded;
      if (place) this.#fields.push({ ...place, name: text(2), type: text(1) });
    }
    this.#loaded = undefined;
    return 0;
  }

  /** A struct that is but a wrapper gives its name to the one field in it. */
  #end(): void {
    const begun = this.#begun.pop();
    if (!begun) return;
    const within = this.#fields.splice(begun.before);
    for (const field of within)
      this.#fields.push({ ...field, name: within.length === 1 ? begun.name : `${begun.name}.${field.name}` });
  }
}
