import { type HoldKind, MOST_THREAD_WORDS, type Scheme, type SchemeOp } from '../../subject/subject.ts';
import type { Interpreter } from '../wasm/interpreter.ts';
import type { WasmModule } from '../wasm/module.ts';
import type { Place } from './layout.ts';
import { readCell } from './memory-cells.ts';

/** What a source says of holds, threads and its resource. */
export interface HoldDeclarations {
  readonly holds: NonNullable<Scheme['holds']>;
  /** By op: the kind that it takes, gives back or needs. */
  readonly kindOf: ReadonlyMap<string, string>;
  /** By op: the kind that its caller must hold, where the source says so. */
  readonly needs: ReadonlyMap<string, string>;
  /** Whether an op asks for the number of its thread. */
  readonly asksThread: boolean;
  readonly writesPayload: boolean;
  readonly resource: Scheme['resource'];
}

/** Who reads a source's declarations, as those need it. */
export interface Asker {
  /** @returns what a function of the source answers, by its exported name; undefined when there is none */
  ask(name: string, ...args: number[]): number | undefined;
  /** The error of the source. */
  wrong(text: string): Error;
}

/**
 * Reads the kinds of hold, by the names of exports. What a source calls is known by what its module imports.
 *
 *     hold pins pin, unpin               REFUZZ_HOLD: a function that answers with the weight
 *     hold-n bytes charge, uncharge      REFUZZ_HOLD_N: one that answers with the weight of its argument
 *     needs owners charge                REFUZZ_NEEDS: any function, of which the name says all
 *
 * A kind is told by a source once, beside its weight, and not at each op: an op whose kind is misspelt would silently be of
 * the kind without a name.
 *
 * @throws InputError for an op of two kinds
 */
export function holdDeclarations(module: WasmModule, { ask, wrong }: Asker): HoldDeclarations {
  const holds: Record<string, HoldKind> = {};
  const kindOf = new Map<string, string>();
  const needs = new Map<string, string>();
  for (const exported of module.exports.keys()) {
    const [, form, kind, ops] = /^(hold|hold-n|needs) (\S+) (.*)$/.exec(exported) ?? [];
    if (form === undefined || kind === undefined) continue;
    if (form === 'needs') {
      for (const op of namesIn(ops!)) needs.set(op, kind);
      continue;
    }
    holds[kind] = { weight: form === 'hold' ? ask(exported, 0)! : (n) => ask(exported, n)! };
    for (const op of namesIn(ops!)) {
      if (kindOf.has(op)) throw wrong(`the op ${op} is of two kinds of hold, ${kindOf.get(op)} and ${kind}`);
      kindOf.set(op, kind);
    }
  }
  for (const [op, kind] of needs)
    if (!holds[kind]) throw wrong(`${op} needs a hold of ${kind}, which no REFUZZ_HOLD declares`);
  // Functions that a source has and never calls are no part of its module, and so are their imports.
  const calls = new Set(module.imports.map(({ name }) => name));
  const frees = calls.has('refuzz_free') || calls.has('refuzz_call_rcu');
  const hasResource = calls.has('refuzz_start') || calls.has('refuzz_stop');
  return {
    holds,
    kindOf,
    needs,
    asksThread: calls.has('refuzz_thread'),
    writesPayload: calls.has('refuzz_write'),
    resource: hasResource ? (frees ? 'stopped-and-freed' : 'stopped') : undefined,
  };
}

/** The names of ops in a list that C made text of: `pin, unpin`. */
function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}

/** What an op is, as REFUZZ_GET, REFUZZ_DUP and so on declare it. */
export const ROLES: Readonly<Record<string, Pick<SchemeOp, 'role' | 'needs' | 'handsOver'>>> = {
  get: { role: 'get' },
  dup: { role: 'get', needs: '' },
  give: { role: 'get', needs: '', handsOver: true },
  enter: { role: 'enter' },
  put: { role: 'put' },
  use: { role: 'use' },
  'hand-over': { role: 'use', handsOver: true },
  act: { role: 'other' },
};

/**
 * What REFUZZ_VALUES lists for an op. @throws InputError for values of an op that takes none
 */
export function listedValues(
  { name, arity }: { readonly name: string; readonly arity: number },
  { ask, wrong }: Asker,
  { memory }: Pick<Interpreter, 'memory'>,
): number[] | undefined {
  const count = ask(`values count ${name}`);
  if (count === undefined) return undefined;
  if (arity === 0) throw wrong(`lists values for ${name}, which takes no argument`);
  const address = ask(`values ${name}`)!;
  const listed = Array.from({ length: count }, (_, at) => readCell(memory, address + 4 * at, 4) | 0);
  return [...new Set(listed)];
}

/** Variables that every thread has for itself. @param exported `name` and `size name` of each */
export function ownOfThreads(exported: readonly string[], { ask, wrong }: Asker): Place[] {
  const names = exported.filter((name) => !name.startsWith('size '));
  if (names.length > MOST_THREAD_WORDS)
    throw wrong(`declares ${names.length} variables of threads; at most ${MOST_THREAD_WORDS}`);
  return names.map((name) => ({
    name,
    address: ask(`own ${name}`)!,
    size: ask(`own size ${name}`)!,
    isOwn: true,
  }));
}

/** A word for each CPU of a variable. @param exported `name`, `size name` and `count name` of each */
export function placesOfCpus(exported: readonly string[], { ask }: Asker): Place[] {
  return exported
    .filter((name) => !/^(size|count) /.test(name))
    .flatMap((variable) => {
      const [address, size] = [ask(`cpus ${variable}`)!, ask(`cpus size ${variable}`)!];
      return Array.from({ length: ask(`cpus count ${variable}`)! }, (_, cpu) => ({
        name: `${variable}[${cpu}]`,
        address: address + cpu * size,
        size,
      }));
    });
}
