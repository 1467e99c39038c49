import { InputError } from '../../subject/input-error.ts';
import { type LaterFunction, MOST_LATER, MOST_SRCU, type SchemeTime } from '../../subject/later.ts';
import type { WasmModule } from '../wasm/module.ts';
import { type DeclaredLater, laterFunctions } from './later-functions.ts';
import type { SetupHost } from './setup-host.ts';

/** What a source does later than its ops, and waits for. */
export interface DeclaredTime {
  /** Undefined for a source that has nothing of it but one RCU callback. */
  readonly time: SchemeTime | undefined;
  /** By number. */
  readonly later: readonly DeclaredLater[];
  /** By address of a work or a timer: the number of its function. Works that ops make of memory come later. */
  readonly items: ReadonlyMap<number, number>;
  /** By address of an srcu_struct: its domain, from 1 on. */
  readonly domains: ReadonlyMap<number, number>;
  /** By number, where it is an op's: the function that the next owner of the memory runs. */
  readonly reuse: number | undefined;
}

/** Of a source without any. */
export const NO_TIME: DeclaredTime = {
  time: undefined,
  later: [],
  items: new Map(),
  domains: new Map(),
  reuse: undefined,
};

/**
 * Reads what a source does later, when its states have been set up: these say which work has which function.
 *
 * @param setup the world in which that was done
 * @throws InputError for more than a state has room for
 */
export function declaredTime(path: string, module: WasmModule, setup: SetupHost): DeclaredTime {
  const reuse = module.exports.get('reuse');
  const later: DeclaredLater[] = [
    ...laterFunctions(module, MOST_LATER - (reuse === undefined ? 0 : 1)),
    ...(reuse === undefined ? [] : [{ name: 'reuse', kind: 'reuse' as const, pointer: -1 }]),
  ];
  if (later.length > MOST_LATER) {
    const names = later.map(({ name }) => name).join(', ');
    throw new InputError(path, `runs ${later.length} functions later (${names}); at most ${MOST_LATER}`);
  }
  const domains = new Map([...setup.srcu].map((address, at) => [address, at + 1]));
  if (domains.size > MOST_SRCU)
    throw new InputError(path, `has ${domains.size} srcu_structs; at most ${MOST_SRCU}`);
  const calls = new Set(module.imports.map(({ name }) => name));
  const features = {
    waitsForReaders: calls.has('refuzz_synchronize_begin'),
    sleeps: calls.has('refuzz_sleep_begin') || calls.has('refuzz_wake_sleepers'),
    isTypesafe: reuse !== undefined || module.exports.has('typesafe'),
  };
  // A source with nothing but one RCU callback is what it has always been: its states have no words for more.
  const isPlain =
    (later.length === 0 || (later.length === 1 && later[0]!.kind === 'rcu')) &&
    domains.size === 0 &&
    !calls.has('refuzz_barrier_begin') &&
    !Object.values(features).includes(true);
  return {
    time: isPlain
      ? undefined
      : {
          ...features,
          srcu: domains.size,
          ...(later.length > 0 && { later: later.map(functionOf) }),
        },
    later,
    items: itemsOf(path, setup, later),
    domains,
    reuse,
  };
}

/** As the engine has it. Number 0 of the function table is the free that kfree_rcu() asks for. */
function functionOf({ name, kind, pointer }: DeclaredLater): LaterFunction {
  return { name, kind, ...(kind === 'rcu' && pointer === 0 && { isFree: true }) };
}

/**
 * Which function each work and timer runs. Two works with one function would be two threads that run it; there is one.
 *
 * @throws InputError for those
 */
function itemsOf(path: string, setup: SetupHost, later: readonly DeclaredLater[]): Map<number, number> {
  const items = new Map<number, number>();
  for (const [address, { kind, pointer }] of setup.items) {
    const which = later.findIndex((one) => one.kind === kind && [pointer, -1].includes(one.pointer));
    if (which < 0) throw new InputError(path, `sets up a ${kind} whose function is none that runs later`);
    if ([...items.values()].includes(which))
      throw new InputError(
        path,
        `has two of the kind ${kind} with the function ${later[which]!.name}; write one for each`,
      );
    items.set(address, which);
  }
  return items;
}
