import type { LaterKind } from '../../subject/later.ts';
import { STRIDE } from '../wasm/assembler.ts';
import type { WasmModule } from '../wasm/module.ts';
import { Op } from '../wasm/opcodes.ts';

/** A function of a source that runs later. */
export interface DeclaredLater {
  readonly name: string;
  readonly kind: LaterKind;
  /** Its index in the function table; 0 frees the object. -1: whichever is queued first. */
  readonly pointer: number;
}

/** The calls of refuzz/host.h whose last argument is a function that runs later. */
const HANDED_TO: Readonly<Record<string, LaterKind>> = {
  refuzz_call_rcu: 'rcu',
  refuzz_call_srcu: 'rcu',
  refuzz_init_work: 'work',
  refuzz_init_timer: 'timer',
};

/**
 * The functions that a source can hand to call_rcu, to a work or to a timer, found in its code alone: so the layout of its
 * states does not depend on what has been run. Mostly the function is a constant in front of the call:
 *
 *     call_rcu(&object->rcu, object_free);      i32.const 3 │ call refuzz_call_rcu
 *
 * Where it is none, all functions count whose address is taken and that take an address and return nothing. The names are
 * those of the source.
 *
 * @param most where there would be more than this many, one stands for all callbacks that are not constants
 */
export function laterFunctions(module: WasmModule, most: number): DeclaredLater[] {
  const known = new Map<string, DeclaredLater>();
  const unknown = new Set<LaterKind>();
  const add = (kind: LaterKind, pointer: number) => {
    const name = pointer === 0 ? 'kfree' : module.functionName(module.table[pointer]!);
    known.set(`${kind} ${pointer}`, { name, kind, pointer });
  };
  for (const { words } of module.codes) {
    for (let at = 0; at < words.length; at += STRIDE) {
      const kind = words[at] === Op.CALL ? HANDED_TO[module.imports[words[at + 1]!]?.name ?? ''] : undefined;
      if (kind === undefined) continue;
      const pointer = words[at - STRIDE] === Op.I32_CONST ? words[at - STRIDE + 1]! : -1;
      // A work without a function is never run, and what is no function is the fault of who calls it.
      if (pointer === 0 ? kind === 'rcu' : isLater(module, pointer)) add(kind, pointer);
      else unknown.add(kind);
    }
  }
  for (const kind of unknown) {
    const others = module.table.flatMap((_, pointer) => (isLater(module, pointer) ? [pointer] : []));
    const all = others.filter((pointer) => !known.has(`${kind} ${pointer}`));
    if (known.size + all.length <= most) for (const pointer of all) add(kind, pointer);
    else known.set(kind, { name: 'callback', kind, pointer: -1 });
  }
  return [...known.values()].sort(byKind);
}

/** Whether a pointer is of a function as call_rcu, works and timers take it. */
function isLater(module: WasmModule, pointer: number): boolean {
  const index = module.table[pointer] ?? -1;
  if (index < module.imports.length) return false;
  const { params, results } = module.signature(index);
  return params.join() === 'i32' && results.length === 0;
}

/** RCU first, as it is for a source that has nothing else; then by their place in the source. */
function byKind(one: DeclaredLater, other: DeclaredLater): number {
  const rank = ({ kind }: DeclaredLater) => (kind === 'rcu' ? 0 : 1);
  return rank(one) - rank(other) || one.kind.localeCompare(other.kind) || one.pointer - other.pointer;
}
