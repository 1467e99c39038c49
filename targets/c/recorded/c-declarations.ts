import { InputError } from '../../subject/input-error.ts';
import { MOST_SCHEME_WORDS, type SchemeState } from '../../subject/subject.ts';
import { Fault, Interpreter } from '../wasm/interpreter.ts';
import type { WasmModule } from '../wasm/module.ts';
import { declaredIdeals } from './declared-ideals.ts';
import { checkName } from './declared-names.ts';
import { type DeclaredOp, declaredOps, isOfScheme } from './declared-ops.ts';
import { type DeclaredTime, declaredTime, NO_TIME } from './declared-time.ts';
import {
  type Asker,
  type HoldDeclarations,
  holdDeclarations,
  ownOfThreads,
  placesOfCpus,
} from './hold-declarations.ts';
import type { Layout, Place } from './layout.ts';
import { leftOut } from './left-out.ts';
import { SetupHost } from './setup-host.ts';
import { StateMemory } from './state-memory.ts';
import { accessesWide } from './wide-calls.ts';

/** What a C source tells of itself through refuzz.h: an exported function for each thing declared. */
export interface Declarations {
  readonly kind: 'counter' | 'scheme';
  /** The first place is the count. */
  readonly layout: Layout;
  readonly ops: readonly DeclaredOp[];
  /** By name; empty for a counter, which starts from any value. */
  readonly states: Readonly<Record<string, SchemeState>>;
  /** As a signed number of 32 bits, as all values are here. */
  readonly saturated: number | undefined;
  /** Asked with any 32-bit value; undefined when the source leaves it to `saturated`. */
  readonly inSaturation: ((value: number) => boolean) | undefined;
  /** Signed unless the source says REFUZZ_UNSIGNED: then 0x80000000 is large, and not negative. */
  readonly reading: 'signed' | 'unsigned';
  /** Whether its ops check afterwards by design. */
  readonly checksAfterwards: boolean;
  /** What is added to every count of the scheme that this one is compared with; 0 where none is declared. */
  readonly bias: number;
  /** Ideal effects, by op. */
  readonly ideals: ReadonlyMap<string, string>;
  /** What the states have set. */
  readonly memory: StateMemory;
  readonly hold: HoldDeclarations;
  /** Number of the function that says what the count is beside all holds. */
  readonly conserves: number | undefined;
  /** What it does later than its ops; nothing of a counter. */
  readonly time: DeclaredTime;
  /** Functions that do not matter, with what they answer. */
  readonly stubs: ReadonlyMap<string, number>;
  /** What its headers and stubs leave out. */
  readonly leavesOut: readonly string[];
}

/**
 * Values of which it is remembered whether they are in saturation: asking runs code in the interpreter. The first that
 * are asked for stay; there is no eviction, as a search asks for the same few again and again.
 */
const REMEMBERED = 4096;
/** Ops, and states, of one source. Programs of all of them are searched; the largest protocols that are known have some twenty. */
const MOST_DECLARED = 64;

/**
 * Reads what a source declares, by the names of the module's exports (`op bool dec_and_test`, `state idle`), and by
 * calling those that answer with a value.
 *
 * @param path of the source, for messages
 * @param found words beside those that it declares
 * @throws InputError for a source that declares nothing, or what does not fit together
 */
export function readDeclarations(
  path: string,
  module: WasmModule,
  found: readonly Place[] = [],
): Declarations {
  return new DeclarationReader(path, module, found).declarations();
}

class DeclarationReader {
  readonly #path: string;
  readonly #module: WasmModule;
  /** Declarations run in the world of set-ups: no access is shared, and what only an op may call is refused. */
  readonly #setup: SetupHost;
  readonly #interpreter: Interpreter;
  readonly #found: readonly Place[];
  readonly #asker: Asker;

  constructor(path: string, module: WasmModule, found: readonly Place[]) {
    this.#path = path;
    this.#module = module;
    this.#found = found;
    this.#setup = new SetupHost(path);
    this.#interpreter = new Interpreter(module, this.#setup);
    this.#setup.interpreter = this.#interpreter;
    this.#asker = { ask: (...asked) => this.#call(...asked), wrong: (text) => this.#wrong(text) };
  }

  /** Ops and states come before the layout, as they tell whether it is a scheme, which alone may have more words. */
  declarations(): Declarations {
    const stubs = new Map(this.#namesOf('stub').map((name) => [name, this.#call(`stub ${name}`)!]));
    this.#setup.stubs = stubs;
    const address = this.#call('object');
    const count = this.#call('count');
    if (address === undefined || count === undefined) {
      throw this.#wrong(
        'declares no counter and no scheme; write REFUZZ_COUNTER or REFUZZ_SCHEME, see refuzz.h',
      );
    }
    const ops = declaredOps(this.#module, this.#asker, this.#interpreter);
    const states = this.#namesOf('state');
    for (const { name } of ops) checkName(this.#path, 'op', name);
    for (const name of states) checkName(this.#path, 'state', name);
    const kind = this.#kindOf(ops, states);
    const layout = this.#layoutOf(kind, address, count);
    this.#setup.layOut(layout);
    // Works, timers and srcu_structs that their declarations set up, before the states do it.
    for (const name of this.#namesOf('later')) this.#call(`later ${name}`);
    const memory = new StateMemory(this.#interpreter.memory, layout.statics);
    const setUp = states.map((name) => [name, this.#state(name, layout.object.from, memory)] as const);
    return {
      kind,
      layout: { ...layout, set: memory.setBeside(layout.places) },
      ops,
      ideals: declaredIdeals(this.#path, this.#module.exports.keys(), ops),
      states: Object.fromEntries(setUp),
      memory,
      time: kind === 'scheme' ? declaredTime(this.#path, this.#module, this.#setup) : NO_TIME,
      saturated: this.#call('saturated'),
      inSaturation: this.#inSaturation(),
      reading: this.#module.exports.has('unsigned') ? 'unsigned' : 'signed',
      checksAfterwards: this.#module.exports.has('windows'),
      bias: this.#call('bias') ?? 0,
      hold: holdDeclarations(this.#module, this.#asker),
      conserves: this.#module.exports.get('conserves'),
      stubs,
      leavesOut: leftOut(this.#module, stubs.keys()),
    };
  }

  /** The error of this source. */
  #wrong(text: string): InputError {
    return new InputError(this.#path, text);
  }

  /** @returns what an exported function answers, 0 for nothing; undefined when there is no such function */
  #call(name: string, ...args: number[]): number | undefined {
    const index = this.#module.exports.get(name);
    if (index === undefined) return undefined;
    try {
      return Number(this.#interpreter.call(index, args) ?? 0) | 0;
    } catch (error) {
      if (error instanceof Fault) throw this.#wrong(`"${name}" does not return: ${error.message}`);
      throw error;
    }
  }

  /**
   * `state idle` and `state busy` are the names `idle` and `busy` of `state`, in the order of the export section. A
   * name in WebAssembly may hold blanks, and one in C may not, so a blank always separates two parts.
   */
  #namesOf(what: string): string[] {
    return [...this.#module.exports.keys()]
      .filter((name) => name.startsWith(`${what} `))
      .map((name) => name.slice(what.length + 1));
  }

  /** A source with a role or a state is a scheme. @throws InputError for half of one */
  #kindOf(ops: readonly DeclaredOp[], states: readonly string[]): Declarations['kind'] {
    const roles = ops.filter(isOfScheme);
    const kind = roles.length > 0 || states.length > 0 ? 'scheme' : 'counter';
    if (ops.length === 0) throw this.#wrong('declares no op');
    for (const [what, { length }] of Object.entries({ ops, states })) {
      if (length > MOST_DECLARED)
        throw this.#wrong(`declares ${length} ${what}; at most ${MOST_DECLARED}, so split the source`);
    }
    if (kind === 'scheme' && roles.length < ops.length) {
      throw this.#wrong(
        'has ops of a counter (REFUZZ_OP) and of a scheme (REFUZZ_GET, REFUZZ_PUT …); it can be one of them',
      );
    }
    if (kind === 'scheme' && states.length === 0)
      throw this.#wrong('is a scheme without a REFUZZ_STATE to start from');
    return kind;
  }

  /** Where the count, the other words and everything else lie. */
  #layoutOf(kind: Declarations['kind'], address: number, count: number): Layout {
    // `word size flags` answers with the bytes of the word `flags`, and is no word itself.
    const own = this.#namesOf('word').filter((name) => !name.startsWith('size '));
    if (kind === 'counter' && own.length > 0)
      throw this.#wrong('has more words than the count; only a scheme can');
    const payload = new Set(this.#namesOf('payload'));
    const places: Place[] = [
      { name: 'count', address: count, size: this.#call('count size') ?? 4 },
      ...own.map((name) => ({
        name,
        address: this.#call(`word ${name}`)!,
        size: this.#call(`word size ${name}`) ?? 4,
        ...(payload.has(name) && { isPayload: true }),
      })),
      ...placesOfCpus(this.#namesOf('cpus'), this.#asker),
    ];
    if (kind === 'scheme') places.push(...this.#found);
    if (places.length > MOST_SCHEME_WORDS + 1)
      throw this.#wrong(`has ${places.length - 1} words; at most ${MOST_SCHEME_WORDS} beside the count`);
    places.push(...ownOfThreads(this.#namesOf('own'), this.#asker));
    for (const at of places.keys()) this.#checkPlace(places, at);
    const object = { from: address, to: address + (this.#call('object size') ?? 4) };
    const guard = this.#call('guard') ?? 0;
    return {
      places,
      object,
      guarded: { from: object.from - guard, to: object.to + guard },
      // The linker puts the stack first (--stack-first): the stack pointer starts at its upper end, where static data
      // begin.
      statics: {
        from: this.#interpreter.globalValue('__stack_pointer'),
        to: this.#interpreter.globalValue('__data_end'),
      },
      variables: this.#module.variables,
      set: [],
      hasPairs: accessesWide(this.#module.imports),
    };
  }

  /** Words may be smaller than 32 bits, but may not overlap: a place must be one word. */
  #checkPlace(places: readonly Place[], at: number): void {
    const place = places[at]!;
    if (![1, 2, 4, 8].includes(place.size))
      throw this.#wrong(`the word "${place.name}" has ${place.size} bytes; a word has 1, 2, 4 or 8`);
    // Only earlier places: so each pair is compared once, and the message names the earlier place first.
    const other = places
      .slice(0, at)
      .find(({ address, size }) => address < place.address + place.size && place.address < address + size);
    if (other) throw this.#wrong(`the words "${other.name}" and "${place.name}" lie at the same place`);
  }

  /** Runs the function that sets up a state, and reads what it left in the words. */
  #state(name: string, object: number, memory: StateMemory): SchemeState {
    this.#setup.begin(name);
    this.#call(`state ${name}`, object);
    memory.note(this.#interpreter.memory);
    return this.#setup.state();
  }

  /** Answers may be kept: each call starts from the same memory, so equal values get equal answers. */
  #inSaturation(): Declarations['inSaturation'] {
    if (!this.#module.exports.has('in saturation')) return undefined;
    const known = new Map<number, boolean>();
    return (value) => {
      const answer = known.get(value) ?? this.#call('in saturation', value) !== 0;
      if (known.size < REMEMBERED) known.set(value, answer);
      return answer;
    };
  }
}
