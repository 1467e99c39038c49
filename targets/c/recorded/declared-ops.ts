import type { Interpreter } from '../wasm/interpreter.ts';
import type { WasmModule } from '../wasm/module.ts';
import { type Asker, listedValues, ROLES } from './hold-declarations.ts';

/** An op as its source declares it. */
export interface DeclaredOp {
  readonly name: string;
  /** Counters: what it returns. Schemes: its role. */
  readonly type: string;
  /** Number of its function. */
  readonly index: number;
  /** How many arguments it takes beside the object. */
  readonly arity: number;
  /** Of its arguments, where a scheme lists them. */
  readonly values?: readonly number[] | undefined;
}

/** What REFUZZ_OP may return. */
const COUNTER_TYPES = ['void', 'bool', 'int', 'unsigned'];
/** REFUZZ_GET, REFUZZ_ENTER and so on; `act` is any other op. */
const SCHEME_ROLES = Object.keys(ROLES);
/** What REFUZZ_OPS infers from a signature, by number as refuzz.h has them. */
const INFERRED = ['get', 'put', 'act'];

/** Whether an op of a source is one of a scheme, by its type. */
export function isOfScheme({ type }: Pick<DeclaredOp, 'type'>): boolean {
  return SCHEME_ROLES.includes(type);
}

/**
 * Reads the ops of a source, by the names of exports.
 *
 * @throws InputError for an op with arguments or an answer that no op has
 */
export function declaredOps(module: WasmModule, asker: Asker, interpreter: Interpreter): DeclaredOp[] {
  return new OpReader(module, asker, interpreter).ops();
}

class OpReader {
  readonly #module: WasmModule;
  readonly #asker: Asker;
  readonly #interpreter: Interpreter;

  constructor(module: WasmModule, asker: Asker, interpreter: Interpreter) {
    this.#module = module;
    this.#asker = asker;
    this.#interpreter = interpreter;
  }

  /** `op bool dec_and_test`, `get lookup`: kind or role, and the name. */
  ops(): DeclaredOp[] {
    const ops: DeclaredOp[] = [];
    for (const [exported, index] of this.#module.exports) {
      const [first, ...rest] = exported.split(' ');
      // `op bool dec_and_test` has three parts, `get lookup` has two; what fits neither is another declaration.
      const isCounterOp = first === 'op' && rest.length === 2;
      if (isCounterOp) ops.push(this.#op(rest[1]!, rest[0]!, index));
      else if (SCHEME_ROLES.includes(first!) && rest.length === 1) {
        const op = this.#op(rest[0]!, first!, index);
        ops.push({ ...op, values: listedValues(op, this.#asker, this.#interpreter) });
      } else if (first === 'run' && rest.length === 1) {
        const role = INFERRED[this.#asker.ask(`role ${rest[0]}`)!]!;
        ops.push(this.#op(rest[0]!, role, index));
      }
    }
    return ops;
  }

  /**
   * The first parameter of the function is the address of the object, which is no argument of the op. Pointers and all
   * types up to `int` are i32 in wasm32, so a 64-bit parameter shows a `long long`.
   */
  #op(name: string, type: string, index: number): DeclaredOp {
    if (![...COUNTER_TYPES, ...SCHEME_ROLES].includes(type)) {
      throw this.#asker.wrong(`op ${name} returns ${type}; an op returns ${COUNTER_TYPES.join(', ')}`);
    }
    const { params, results } = this.#module.signature(index);
    const arity = params.length - 1;
    if (arity < 0 || arity > 2)
      throw this.#asker.wrong(`op ${name} takes ${arity} arguments; an op takes 0 to 2`);
    if ([...params, ...results].some((kind) => kind !== 'i32'))
      throw this.#asker.wrong(`op ${name} takes or returns 64 bits; words have 32`);
    return { name, type, index, arity };
  }
}
