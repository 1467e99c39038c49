import { createHash } from 'node:crypto';
import { InputError } from '../subject/input-error.ts';
import type { RcuObject } from '../subject/rcu-object.ts';
import type {
  CompiledSubject,
  Counter,
  CounterOp,
  Fault as FaultKind,
  Outcome,
  Result,
  Scheme,
  SchemeOp,
  Subject,
} from '../subject/subject.ts';
import type { Word } from '../subject/word.ts';
import { directCounter } from './direct/direct-counter.ts';
import { type Declarations, type DeclaredOp, readDeclarations } from './recorded/c-declarations.ts';
import { CHost, type Surroundings } from './recorded/c-host.ts';
import { isHostCall } from './recorded/host-names.ts';
import { SourceError } from './recorded/source-place.ts';
import { stubsOf } from './recorded/stubs.ts';
import { Fault, Interpreter } from './wasm/interpreter.ts';
import { WasmModule } from './wasm/module.ts';

/** How a C subject is called, and what is said of it. */
export type CName = Omit<CompiledSubject, 'recorded' | 'direct'>;

/**
 * A compiled C source as a subject like any other. Its ops run in an interpreter, so that they can be stopped at any
 * access, and are stopped when they do not return; the host process is never at risk.
 *
 * @param bytes the recorded build
 * @param direct the direct one, of a counter
 * @throws InputError when the source declares what does not fit together
 */
export function cSubject(called: CName, bytes: Uint8Array, direct?: Uint8Array): Subject {
  // Twelve hex digits are 48 bits: enough to tell builds of one source apart, and short enough to read.
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const runner = new CRunner(called.path, decode(called.path, bytes), digest);
  const compiled = { ...called, recorded: bytes, ...(direct && { direct }) };
  return runner.declared.kind === 'counter' ? counterOf(compiled, runner) : schemeOf(compiled, runner);
}

/** What V8 or the decoder finds wrong is the user's error, since the module comes from the user's source. */
function decode(path: string, bytes: Uint8Array): WasmModule {
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
class CRunner {
  readonly digest: string;
  readonly declared: Declarations;
  /** Unsigned 2^20 or more, negative ones among them. Ops compare with them, so sweeps try their neighbours. */
  readonly constants: readonly number[];
  readonly #host: CHost;
  readonly #interpreter: Interpreter;
  /** Whether an access has ended the last run. */
  #isStopped = false;

  readonly path: string;

  constructor(path: string, module: WasmModule, digest: string) {
    this.path = path;
    this.digest = digest;
    this.declared = readDeclarations(path, module);
    this.constants = [...module.constants].filter((constant) => constant >>> 0 >= LARGEST_ADDRESS);
    this.#host = new CHost(path, stubsOf(this.declared.stubs, module.imports));
    this.#interpreter = new Interpreter(module, this.#host, { fuel: MOST_INSTRUCTIONS });
    this.#host.attach(this.#interpreter);
    this.#host.layOut(this.declared.layout);
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
    return this.#guarded(around, () => this.#interpreter.call(index, args));
  }

  #guarded(around: Surroundings, call: () => number | bigint | undefined): number | undefined | FaultKind {
    this.#host.begin(around);
    this.#isStopped = true;
    try {
      const result = call();
      this.#isStopped = false;
      return result === undefined ? undefined : Number(result) | 0;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#isStopped = false;
      // Between two accesses there is no time to be stopped at; a reading stands for it, in a scheme one outside of the object.
      if (this.#host.accesses === 0) (around.object?.list ?? around.words[0]!).load('relaxed');
      return error.kind;
    }
  }

  /**
   * The RCU callback that the source has queued. Number 0 is the null pointer, for which refuzz_call_rcu promises to
   * free the object: no C runs then.
   */
  runCallback(around: Surroundings): undefined | FaultKind {
    const { callback: queued } = this.#host;
    this.#isStopped = false;
    if (!queued) throw new Error('internal: an RCU callback that nobody queued');
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
   * Undefined when the last run has ended. The interpreter's part leaves out the operands of the stopped access, so the
   * host's part is put behind it: `3@12( 0=65536) __tsan_atomic32_load 65536,0`.
   */
  continuation(): string | undefined {
    return this.#isStopped ? `${this.#interpreter.continuation()} ${this.#host.underWay}` : undefined;
  }
}

/**
 * The record of a counter. What the source does not declare, a counter does not have. Its `continuation` is of
 * whichever op has run last, so a caller asks before it runs another.
 */
function counterOf(compiled: CompiledSubject, runner: CRunner): Counter {
  const { name, path, about, source, documented, direct } = compiled;
  const { ops, saturated, inSaturation, reading, checksAfterwards, leavesOut } = runner.declared;
  const own = checksAfterwards ? name : undefined;
  const accepted = documented ?? own;
  return {
    kind: 'counter',
    name,
    reading,
    ops: Object.fromEntries(ops.map((op) => [op.name, counterOp(op, runner)])),
    ...(saturated === undefined ? {} : { saturated }),
    ...(inSaturation === undefined ? {} : { inSaturation }),
    ...(accepted === undefined ? {} : { documented: accepted }),
    continuation: () => runner.continuation(),
    digest: runner.digest,
    constants: runner.constants,
    leavesOut,
    compiled,
    ...(direct === undefined ? {} : { direct: directCounter(path, direct) }),
    about: about ?? `the counter of ${path}`,
    source: source ?? path,
  };
}

/** A C int is 0 or 1 for a truth value; the host wants a boolean there. */
function counterOp(op: DeclaredOp, runner: CRunner): CounterOp {
  return {
    arity: op.arity as 0 | 1 | 2,
    run: (count: Word, a: number, b: number): Result => {
      const result = runner.run(op.index, { op: op.name, words: [count], locks: [] }, [
        runner.object,
        ...[a, b].slice(0, op.arity),
      ]);
      if (typeof result !== 'number') return result;
      return op.type === 'bool' ? result !== 0 : result;
    },
  };
}

/** The record of a scheme; the first place is the count, the others are its own words. */
function schemeOf(compiled: CompiledSubject, runner: CRunner): Scheme {
  const { name, path, about } = compiled;
  const { ops, states, layout, saturated, bias, leavesOut } = runner.declared;
  const { places, object } = layout;
  return {
    kind: 'scheme',
    name,
    bias,
    ...(saturated === undefined ? {} : { saturated }),
    words: places.slice(1).map((place) => ({
      name: place.name,
      isInObject: place.address >= object.from && place.address < object.to,
    })),
    ops: Object.fromEntries(ops.map((op) => [op.name, schemeOp(op, runner)])),
    states,
    callback: (around) => runner.runCallback(surroundings('the RCU callback', around)),
    continuation: () => runner.continuation(),
    digest: runner.digest,
    leavesOut,
    compiled,
    about: about ?? `the protocol of ${path}`,
    source: path,
  };
}

/** By number, as `enum refuzz_outcome` in refuzz.h has them. */
const OUTCOMES: readonly Outcome[] = ['void', 'granted', 'refused'];

/**
 * A lookup returns a truth value, an act an outcome by number, and a put nothing.
 *
 * The op that is made throws InputError for an act that returns something else than an outcome.
 */
function schemeOp(op: DeclaredOp, runner: CRunner): SchemeOp {
  return {
    role: op.type === 'act' ? 'other' : (op.type as SchemeOp['role']),
    run: (object) => {
      const result = runner.run(op.index, surroundings(op.name, object), [runner.object]);
      if (typeof result === 'string') return result;
      if (op.type === 'act') return OUTCOMES[result ?? 0] ?? noOutcome(runner.path, op.name, result!);
      if (op.type === 'get' || op.type === 'enter') return result === 0 ? 'refused' : 'granted';
      return 'void';
    },
  };
}

function noOutcome(path: string, act: string, result: number): never {
  const text = `the act ${act} returns ${result}; an act returns REFUZZ_VOID (0), REFUZZ_GRANTED (1) or REFUZZ_REFUSED (2)`;
  throw new SourceError(path, text, act);
}

/** The count is the first place; a lock there is refused when it is used. */
function surroundings(op: string, object: RcuObject): Surroundings {
  return { op, words: [object.count, ...object.words], locks: [object.lock, ...object.locks], object };
}
