import type { CompiledSubject } from '../subject/compiled-subject.ts';
import { InputError } from '../subject/input-error.ts';
import type { RcuObject } from '../subject/rcu-object.ts';
import type { Fault as FaultKind, SchemeWord } from '../subject/subject.ts';
import { type Declarations, readDeclarations } from './recorded/c-declarations.ts';
import { CHost } from './recorded/c-host.ts';
import type { DeclaredTime } from './recorded/declared-time.ts';
import { findWords, type OpRunner } from './recorded/find-words.ts';
import { isHostCall } from './recorded/host-names.ts';
import type { Layout, Place } from './recorded/layout.ts';
import { readsSequences } from './recorded/lock-calls.ts';
import { objectFields } from './recorded/object-fields.ts';
import type { Places } from './recorded/places.ts';
import { pointerNames } from './recorded/pointer-names.ts';
import { type Asked, stubsOf } from './recorded/stubs.ts';
import { type Surroundings, surroundings } from './recorded/surroundings.ts';
import { Fault, Interpreter } from './wasm/interpreter.ts';
import { WasmModule } from './wasm/module.ts';

/** How a C subject is called, and what is said of it. */
export type CName = Omit<CompiledSubject, 'recorded' | 'direct'>;

/** What V8 or the decoder finds wrong is the user's error, since the module comes from the user's source. */
export function decode(path: string, bytes: Uint8Array): WasmModule {
  const module = decoded(path, bytes);
  // A macro may hide it from whoever reads the source, see `refuseHostNames`.
  const names = module.codes.map((_, at) => module.functionName(module.imports.length + at));
  const own = names.find(isHostCall);
  if (own !== undefined) throw new InputError(path, `"${own}" is refuzz's own; give yours another name`);
  return module;
}

function decoded(path: string, bytes: Uint8Array): WasmModule {
  try {
    return WasmModule.decode(bytes);
  } catch (error) {
    throw new InputError(path, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Smaller numbers in the code are addresses, most of them. Memory has 16 pages at the most, 1 MiB, so a number from
 * here on cannot be one, and is a saturation value or a bias.
 */
const LARGEST_ADDRESS = 1 << 20;

/**
 * An op that runs longer without coming to its end never does. It is run again for each of its accesses and for each value
 * that it meets, so a search can wait for it some milliseconds, and not more.
 */
const MOST_INSTRUCTIONS = 250_000;

/** Runs the functions of one source, each from the same memory. */
export class CRunner implements OpRunner {
  readonly digest: string;
  readonly declared: Declarations;
  /** Unsigned 2^20 or more, negative ones among them. Ops compare with them, so sweeps try their neighbours. */
  readonly constants: readonly number[];
  /** Whether some reader asks for the sequence of a lock. */
  readonly readsSequences: boolean;
  readonly #host: CHost;
  readonly #interpreter: Interpreter;
  /** Whether an access has ended the last run. */
  #isStopped = false;
  /** What may run later; while words are sought there is nothing else of what is declared. */
  #time: DeclaredTime;

  readonly path: string;
  /** Words that are not declared, but that its ops share. */
  readonly found: readonly Place[];
  /** What the values of a word are called, if it is a pointer. */
  readonly namesAt: (place: Place) => SchemeWord['nameOf'];

  constructor({ path, found }: CName, module: WasmModule, digest: string, asked?: Asked) {
    this.path = path;
    this.digest = digest;
    const declared = readDeclarations(path, module, found);
    this.constants = [...module.constants].filter((constant) => constant >>> 0 >= LARGEST_ADDRESS);
    this.readsSequences = readsSequences(module.imports);
    this.#host = new CHost(path, stubsOf(declared.stubs, module.imports, asked));
    this.#interpreter = new Interpreter(module, this.#host, { fuel: MOST_INSTRUCTIONS });
    this.#host.attach(this.#interpreter);
    this.#time = declared.time;
    const fields = objectFields(module);
    // The search runs ops, and what they leave for later, in the world that is declared.
    this.declared = declared;
    this.found = found ?? findWords(path, declared, fields, this);
    if (!found && this.found.length > 0) this.declared = readDeclarations(path, module, this.found);
    const { layout } = this.declared;
    this.layOut(layout, this.declared.time);
    const functionName = (pointer: number) => this.#interpreter.functionName(pointer);
    this.namesAt = (place) => pointerNames(place, layout, fields, functionName);
  }

  /** Ops run in another world from now on. */
  layOut(layout: Layout, time: DeclaredTime, places?: Places): void {
    this.#time = time;
    this.#host.layOut(layout, time, places);
  }

  /** Where the object lies. */
  get object(): number {
    return this.declared.layout.object.from;
  }

  /**
   * A Fault is an answer, the name of its kind. Everything else that is thrown passes through: the exception with which
   * an explorer stops an access, for one, or an InputError of the host.
   *
   * @returns what the function returns, or how it failed to
   */
  run(index: number, around: Surroundings, args: readonly number[]): number | undefined | FaultKind {
    const result = this.#guarded(around, () => this.#interpreter.call(index, args));
    return typeof result === 'bigint' ? Number(BigInt.asIntN(32, result)) : result;
  }

  #guarded(
    around: Surroundings,
    call: () => number | bigint | undefined,
  ): number | bigint | undefined | FaultKind {
    this.#host.begin(around);
    this.#isStopped = true;
    try {
      const result = call();
      this.#isStopped = false;
      return typeof result === 'number' ? result | 0 : result;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#isStopped = false;
      // Between two accesses there is no time to be stopped at; a reading stands for it, in a scheme one outside of the object.
      if (this.#host.accesses === 0) (around.object?.list ?? around.words[0]!).load('relaxed');
      return error.kind;
    }
  }

  /**
   * A function that the source has queued, mostly an RCU callback. Number 0 is the null pointer, for which refuzz_call_rcu
   * promises to free the object: no C runs then.
   */
  runLater(around: Surroundings, which: number): undefined | FaultKind {
    const { later, reuse } = this.#time;
    if (reuse !== undefined && later[which]?.kind === 'reuse') {
      const ended = this.run(reuse, around, [this.object]);
      return typeof ended === 'string' ? ended : undefined;
    }
    const queued = this.#host.queued(which);
    this.#isStopped = false;
    // Whoever looks at what runs later alone, as causes do, may come here before any op has.
    if (!queued) throw new InputError(this.path, 'has queued nothing yet that runs later');
    const { callback, head } = queued;
    if (callback === 0) {
      around.object!.free();
      return undefined;
    }
    // Nothing says that what was queued is a function: to call it may be the fault.
    const call = () => this.#interpreter.call(this.#interpreter.tableFunction(callback), [head]);
    const result = this.#guarded(around, call);
    return typeof result === 'string' ? result : undefined;
  }

  /**
   * What REFUZZ_CONSERVES says: a number of 64 bits, as the count may be one.
   *
   * @throws InputError when it does not return
   */
  countBeside(index: number, object: RcuObject): bigint {
    const around = surroundings('REFUZZ_CONSERVES', object);
    const result = this.#guarded(around, () => this.#interpreter.call(index, [this.object]));
    if (typeof result === 'bigint') return BigInt.asIntN(64, result);
    throw new InputError(this.path, `REFUZZ_CONSERVES does not return: ${result}`);
  }

  /**
   * Undefined when the last run has ended. The interpreter's part leaves out the operands of the stopped access, so the
   * host's part is put behind it: `3@12( 0=65536) __tsan_atomic32_load 65536,0`.
   */
  continuation(): string | undefined {
    return this.#isStopped ? `${this.#interpreter.continuation()} ${this.#host.underWay}` : undefined;
  }
}
