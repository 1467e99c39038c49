import { InputError } from '../../subject/input-error.ts';
import { MOST_SCHEME_WORDS, type SchemeState } from '../../subject/subject.ts';
import { Fault, type Host, Interpreter } from '../wasm/interpreter.ts';
import type { WasmModule } from '../wasm/module.ts';
import { atomicCall } from './atomic-calls.ts';
import type { Layout, Place } from './c-host.ts';
import { readCell, writeCell } from './memory-cells.ts';

/** An op as its source declares it. */
export interface DeclaredOp {
  readonly name: string;
  /** Counters: what it returns. Schemes: its role. */
  readonly type: 'void' | 'bool' | 'int' | 'unsigned' | 'get' | 'enter' | 'put' | 'use' | 'act';
  /** Number of its function. */
  readonly index: number;
  /** How many arguments it takes beside the object. */
  readonly arity: number;
}

/** What a C source tells of itself through refuzz.h: an exported function for each thing declared. */
export interface Declarations {
  readonly kind: 'counter' | 'scheme';
  /** The first place is the count. */
  readonly layout: Layout;
  readonly ops: readonly DeclaredOp[];
  readonly states: Readonly<Record<string, SchemeState>>;
  readonly saturated: number | undefined;
  readonly inSaturation: ((value: number) => boolean) | undefined;
  readonly reading: 'signed' | 'unsigned';
  /** Whether its ops check afterwards by design. */
  readonly checksAfterwards: boolean;
  readonly bias: number;
}

const COUNTER_TYPES = ['void', 'bool', 'int', 'unsigned'];
const SCHEME_ROLES = ['get', 'enter', 'put', 'use', 'act'];

/** @throws InputError for a source that declares nothing, or what does not fit together */
export function readDeclarations(path: string, module: WasmModule): Declarations {
  const wrong = (text: string): never => {
    throw new InputError(path, text);
  };
  const setup = new SetupHost(path);
  const interpreter = new Interpreter(module, setup);
  setup.interpreter = interpreter;
  const call = (name: string, ...args: number[]): number | undefined => {
    const index = module.exports.get(name);
    if (index === undefined) return undefined;
    try {
      return Number(interpreter.call(index, args) ?? 0) | 0;
    } catch (error) {
      if (error instanceof Fault) return wrong(`"${name}" does not return: ${error.message}`);
      throw error;
    }
  };
  const address = call('object');
  const count = call('count');
  if (address === undefined || count === undefined) {
    wrong('declares no counter and no scheme; write REFUZZ_COUNTER or REFUZZ_SCHEME, see refuzz.h');
  }
  const ops = declaredOps(module, wrong);
  const states = namesOf(module, 'state');
  const roles = ops.filter(({ type }) => SCHEME_ROLES.includes(type));
  const kind = roles.length > 0 || states.length > 0 ? 'scheme' : 'counter';
  if (ops.length === 0) wrong('declares no op');
  if (kind === 'scheme' && roles.length < ops.length) {
    wrong(
      'has ops of a counter (REFUZZ_OP) and of a scheme (REFUZZ_GET, REFUZZ_PUT …); it can be one of them',
    );
  }
  if (kind === 'scheme' && states.length === 0) wrong('is a scheme without a REFUZZ_STATE to start from');
  const own = namesOf(module, 'word').filter((name) => !name.startsWith('size '));
  if (kind === 'counter' && own.length > 0) wrong('has more words than the count; only a scheme can');
  if (own.length > MOST_SCHEME_WORDS)
    wrong(`declares ${own.length} words; at most ${MOST_SCHEME_WORDS} beside the count`);
  const places: Place[] = [
    { name: 'count', address: count!, size: 4 },
    ...own.map((name) => ({ name, address: call(`word ${name}`)!, size: call(`word size ${name}`) ?? 4 })),
  ];
  checkPlaces(places, wrong);
  const object = { from: address!, to: address! + (call('object size') ?? 4) };
  const layout: Layout = {
    places,
    object,
    statics: { from: interpreter.globalValue('__stack_pointer'), to: interpreter.globalValue('__heap_base') },
  };
  const saturation = module.exports.get('in saturation');
  const known = new Map<number, boolean>();
  return {
    kind,
    layout,
    ops,
    states: Object.fromEntries(
      states.map((name) => {
        setup.begin();
        call(`state ${name}`, address!);
        return [name, setup.state(places, wrong)];
      }),
    ),
    saturated: call('saturated'),
    inSaturation:
      saturation === undefined
        ? undefined
        : (value) => {
            const answer = known.get(value) ?? call('in saturation', value) !== 0;
            if (known.size < 4096) known.set(value, answer);
            return answer;
          },
    reading: module.exports.has('unsigned') ? 'unsigned' : 'signed',
    checksAfterwards: module.exports.has('windows'),
    bias: call('bias') ?? 0,
  };
}

function namesOf(module: WasmModule, kind: string): string[] {
  return [...module.exports.keys()]
    .filter((name) => name.startsWith(`${kind} `))
    .map((name) => name.slice(kind.length + 1));
}

function declaredOps(module: WasmModule, wrong: (text: string) => never): DeclaredOp[] {
  const ops: DeclaredOp[] = [];
  for (const [exported, index] of module.exports) {
    const [first, ...rest] = exported.split(' ');
    const isCounterOp = first === 'op' && rest.length === 2;
    if (!isCounterOp && !(SCHEME_ROLES.includes(first!) && rest.length === 1)) continue;
    const [type, name] = isCounterOp ? [rest[0]!, rest[1]!] : [first!, rest[0]!];
    if (isCounterOp && !COUNTER_TYPES.includes(type)) {
      wrong(`op ${name} returns ${type}; an op returns ${COUNTER_TYPES.join(', ')}`);
    }
    const { params, results } = module.signature(index);
    if (params.length < 1 || params.length > (isCounterOp ? 3 : 1)) {
      wrong(
        `op ${name} takes ${params.length - 1} arguments; an op takes ${isCounterOp ? '0 to 2' : 'none'}`,
      );
    }
    if ([...params, ...results].some((kind) => kind !== 'i32'))
      wrong(`op ${name} takes or returns 64 bits; words have 32`);
    ops.push({ name, type: type as DeclaredOp['type'], index, arity: params.length - 1 });
  }
  return ops;
}

function checkPlaces(places: readonly Place[], wrong: (text: string) => never): void {
  for (const [at, place] of places.entries()) {
    if (![1, 2, 4].includes(place.size))
      wrong(`the word "${place.name}" has ${place.size} bytes; a word has 1, 2 or 4`);
    const other = places.find(
      ({ address, size }, index) =>
        index < at && address < place.address + place.size && place.address < address + size,
    );
    if (other) wrong(`the words "${other.name}" and "${place.name}" lie at the same place`);
  }
}

/** The world in which a source sets up its states: all memory is its own, and what it says of holders is noted. */
class SetupHost implements Host {
  readonly #path: string;
  interpreter: Interpreter | undefined;
  #list = 0;
  #noted = false;
  #holders: number[] = [];
  #readers: number[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  begin(): void {
    this.#list = 0;
    this.#noted = false;
    this.#holders = [];
    this.#readers = [];
  }

  state(places: readonly Place[], wrong: (text: string) => never): SchemeState {
    const values = places.map((place) => readCell(this.interpreter!.memory, place.address, place.size));
    if (this.#holders.length > 0 && this.#readers.length > 0)
      wrong('a state has holders or readers, not both');
    if (![0, 1, 2].includes(this.#list)) wrong(`refuzz_link(${this.#list}): write 0, 1 or 2`);
    return {
      count: values[0]! | 0,
      words: values.slice(1),
      list: this.#list as 0 | 1 | 2,
      noted: this.#noted,
      holders: this.#holders.length > 0 ? this.#holders : this.#readers,
      ...(this.#readers.length > 0 ? { readers: true } : {}),
    };
  }

  isShared(): boolean {
    return false;
  }

  load(): never {
    throw new Error('internal: no memory is shared in a set-up');
  }

  store(): never {
    throw new Error('internal: no memory is shared in a set-up');
  }

  call(name: string, args: readonly (number | bigint)[]): number | undefined {
    const first = Number(args[0] ?? 0);
    const atomic = atomicCall(name);
    if (atomic && atomic !== 'wide') {
      const { value, result } = atomic.onCell(
        readCell(this.interpreter!.memory, first, atomic.size),
        args.map(Number),
      );
      writeCell(this.interpreter!.memory, first, atomic.size, value);
      return result;
    }
    switch (name) {
      case 'refuzz_link':
        this.#list = first;
        return undefined;
      case 'refuzz_linked':
        return this.#list;
      case 'refuzz_idle_note':
        this.#noted = true;
        return undefined;
      case 'refuzz_hold':
      case 'refuzz_read_section': {
        if (first < 0 || first > 3) throw new InputError(this.#path, `${name}(${first}): threads are 0 to 3`);
        (name === 'refuzz_hold' ? this.#holders : this.#readers).push(first);
        return undefined;
      }
      default:
        if (name.startsWith('__tsan_')) return undefined;
        throw new InputError(this.#path, `${name} cannot be called where a state is set up`);
    }
  }
}
