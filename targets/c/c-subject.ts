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
  SchemeWord,
  Subject,
} from '../subject/subject.ts';
import type { Word } from '../subject/word.ts';
import { directCounter } from './direct/direct-counter.ts';
import { type Declarations, type DeclaredOp, readDeclarations } from './recorded/c-declarations.ts';
import { CHost } from './recorded/c-host.ts';
import type { DeclaredTime } from './recorded/declared-time.ts';
import { findWords, type OpRunner } from './recorded/find-words.ts';
import { ROLES } from './recorded/hold-declarations.ts';
import { isHostCall } from './recorded/host-names.ts';
import type { DeclaredLater } from './recorded/later-functions.ts';
import type { Layout, Place } from './recorded/layout.ts';
import { readsSequences } from './recorded/lock-calls.ts';
import { objectFields } from './recorded/object-fields.ts';
import type { Places } from './recorded/places.ts';
import { pointerNames } from './recorded/pointer-names.ts';
import { SourceError } from './recorded/source-place.ts';
import { stubsOf } from './recorded/stubs.ts';
import type { Surroundings } from './recorded/surroundings.ts';
import { pairsOf } from './recorded/word-pairs.ts';
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
  const runner = new CRunner(called, decode(called.path, bytes), digest);
  const { found, declared } = runner;
  const compiled = {
    ...called,
    recorded: bytes,
    ...(declared.kind === 'scheme' && { found }),
    ...(direct && { direct }),
  };
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
class CRunner implements OpRunner {
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

  readonly path: string;
  /** Words that are not declared, but that its ops share. */
  readonly found: readonly Place[];
  /** What the values of a word are called, if it is a pointer. */
  readonly namesAt: (place: Place) => SchemeWord['nameOf'];

  constructor({ path, found }: CName, module: WasmModule, digest: string) {
    this.path = path;
    this.digest = digest;
    const declared = readDeclarations(path, module);
    this.constants = [...module.constants].filter((constant) => constant >>> 0 >= LARGEST_ADDRESS);
    this.readsSequences = readsSequences(module.imports);
    this.#host = new CHost(path, stubsOf(declared.stubs, module.imports));
    this.#interpreter = new Interpreter(module, this.#host, { fuel: MOST_INSTRUCTIONS });
    this.#host.attach(this.#interpreter);
    const fields = objectFields(module);
    this.found = found ?? findWords(path, declared, fields, this);
    this.declared = this.found.length > 0 ? readDeclarations(path, module, this.found) : declared;
    const { layout } = this.declared;
    this.layOut(layout, this.declared.time);
    const functionName = (pointer: number) => this.#interpreter.functionName(pointer);
    this.namesAt = (place) => pointerNames(place, layout, fields, functionName);
  }

  /** Ops run in another world from now on. */
  layOut(layout: Layout, time: DeclaredTime, places?: Places): void {
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
   * A function that the source has queued, mostly an RCU callback. Number 0 is the null pointer, for which refuzz_call_rcu
   * promises to free the object: no C runs then.
   */
  runLater(around: Surroundings, which: number): undefined | FaultKind {
    const { later, reuse } = this.declared.time;
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
   * What REFUZZ_CONSERVES says.
   *
   * @throws InputError when it does not return
   */
  countBeside(index: number, object: RcuObject): number {
    const result = this.run(index, surroundings('REFUZZ_CONSERVES', object), [this.object]);
    if (typeof result === 'number') return result;
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

/**
 * The record of a counter. What the source does not declare, a counter does not have. Its `continuation` is of
 * whichever op has run last, so a caller asks before it runs another.
 */
function counterOf(compiled: CompiledSubject, runner: CRunner): Counter {
  const { name, path, about, source, documented, direct } = compiled;
  const { ops, ideals, saturated, inSaturation, reading, checksAfterwards, leavesOut } = runner.declared;
  const own = checksAfterwards ? name : undefined;
  const accepted = documented ?? own;
  return {
    kind: 'counter',
    name,
    reading,
    ops: Object.fromEntries(ops.map((op) => [op.name, counterOp(op, runner, ideals.get(op.name))])),
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
function counterOp(op: DeclaredOp, runner: CRunner, ideal: string | undefined): CounterOp {
  return {
    arity: op.arity as 0 | 1 | 2,
    ...(ideal !== undefined && { ideal }),
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
  const { ops, states, layout, saturated, bias, hold, conserves, time, leavesOut } = runner.declared;
  const { object } = layout;
  const places = layout.places.filter(({ isOwn }) => !isOwn);
  const own = layout.places.filter(({ isOwn }) => isOwn);
  const wordAt = (place: Place) => {
    const nameOf = runner.namesAt(place);
    const isInObject = place.address >= object.from && place.address < object.to;
    const isWide = place.size === 8 && { isWide: true as const };
    return { name: place.name, isInObject, ...(nameOf && { nameOf }), ...isWide };
  };
  const pairs = layout.hasPairs ? pairsOf(places) : [];
  return {
    kind: 'scheme',
    name,
    bias,
    ...(saturated === undefined ? {} : { saturated }),
    words: places.slice(1).map(wordAt),
    ...(places[0]!.size === 8 && { isCountWide: true as const }),
    ...(pairs.length > 0 && { pairs }),
    ...(runner.readsSequences && { hasSequences: true as const }),
    ops: Object.fromEntries(ops.map((op) => [op.name, schemeOp(op, runner)])),
    states,
    ...(Object.keys(hold.holds).length > 0 && { holds: hold.holds }),
    ...(own.length > 0 && { threadWords: own.map((place) => ({ name: place.name })) }),
    ...(hold.asksThread && { asksThread: true }),
    ...(hold.resource && { resource: hold.resource }),
    ...(conserves !== undefined && {
      conserves: (around: RcuObject) => runner.countBeside(conserves, around),
    }),
    ...(time.time && { time: time.time }),
    callback: (around, which) => runner.runLater(surroundings(laterText(time.later[which]), around), which),
    continuation: () => runner.continuation(),
    digest: runner.digest,
    leavesOut,
    compiled,
    about: about ?? `the protocol of ${path}`,
    source: path,
  };
}

/** What runs later, for messages. */
function laterText(function_: DeclaredLater | undefined): string {
  if (!function_ || function_.kind === 'rcu') return 'the RCU callback';
  return function_.kind === 'reuse' ? 'the next owner' : `the ${function_.kind} ${function_.name}`;
}

/** By number, as `enum refuzz_outcome` in refuzz.h has them. */
const OUTCOMES: readonly Outcome[] = ['void', 'granted', 'refused'];

/**
 * A lookup returns a truth value, an act an outcome by number, and a put nothing.
 *
 * The op that is made throws InputError for an act that returns something else than an outcome.
 */
function schemeOp(op: DeclaredOp, runner: CRunner): SchemeOp {
  const { kindOf, needs } = runner.declared.hold;
  const kind = kindOf.get(op.name);
  const role = ROLES[op.type]!;
  const isGet = role.role === 'get' || role.role === 'enter';
  // Who dups holds what he takes, unless the source says something else.
  const needed = needs.get(op.name) ?? (role.needs === undefined ? undefined : (kind ?? ''));
  return {
    ...role,
    ...(kind !== undefined && { hold: kind }),
    ...(needed !== undefined && { needs: needed }),
    ...(op.arity > 0 && { arity: op.arity as 1 | 2 }),
    ...(op.values && { values: op.values }),
    run: (object, a, b) => {
      const given = [runner.object, ...[a, b].slice(0, op.arity)];
      const result = runner.run(op.index, surroundings(op.name, object), given);
      if (typeof result === 'string') return result;
      if (op.type === 'act') return OUTCOMES[result ?? 0] ?? noOutcome(runner.path, op.name, result!);
      if (isGet) return result === 0 ? 'refused' : 'granted';
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
  const { count, lock, locks, wide, pairs } = object;
  const words = [count, ...object.words, ...object.threadWords];
  return { op, words, locks: [lock, ...locks], wide, pairs, object };
}
