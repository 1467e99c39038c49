import { ACCESS_NAMES, Access, PayloadUse } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { FENCE_BITS, isFullFence, type MemoryOrder } from '../../targets/subject/word.ts';
import { Inexpressible } from '../reproduce/reproduced-case.ts';

/** A word of a protocol in a litmus test. */
export interface LitmusWord {
  readonly name: string;
  /** Words are `atomic_t`, payload is a plain int, and so is what the test adds. */
  readonly kind: 'atomic' | 'plain' | 'lock';
  readonly start: number;
}

/** What an access is in the kernel's words. */
export interface LitmusAccess {
  readonly lines: readonly string[];
  /** What its register holds then: what the word held, or a number. Undefined where nothing is read. */
  readonly reads?: 'value' | number;
}

const SUFFIX: Readonly<Record<MemoryOrder, string>> = {
  relaxed: '_relaxed',
  acquire: '_acquire',
  release: '_release',
  full: '',
};

/** Read-modify-writes whose operand comes first. */
const FETCHES: Readonly<Record<number, string>> = {
  [Access.FETCH_ADD]: 'add',
  [Access.FETCH_SUB]: 'sub',
  [Access.FETCH_AND]: 'and',
  [Access.FETCH_OR]: 'or',
  [Access.FETCH_XOR]: 'xor',
};

/** Accesses that are made once a word is as they want it, and that may add to it. */
const WAITS: readonly number[] = [
  Access.AWAIT_EQUAL,
  Access.AWAIT_OTHER,
  Access.AWAIT_AT_LEAST,
  Access.AWAIT_CLEAR,
  Access.AWAIT_SET,
];

/**
 * What is read goes to a register, and what register it is the caller says, who asks for its value in the clause.
 *
 *     LOAD, acquire              r0 = atomic_read_acquire(count);
 *     COMPARE_EXCHANGE, full     r1 = atomic_cmpxchg(count, 1, 2);
 *     STORE of payload           *key = 7;
 *     TRY_LOCK                   r2 = spin_trylock(lock);
 *
 * An access of a word, a lock or a read section.
 *
 * @param register that is to hold what is read @param word that it is of, if it is of one
 * @param met what the word held
 * @throws Inexpressible for an access of any other kind
 */
export function accessText(
  trees: TransitionTrees,
  node: number,
  {
    register,
    word,
    met,
  }: { readonly register: string; readonly word: LitmusWord | undefined; readonly met: number },
): LitmusAccess {
  const kind = trees.kind[node]!;
  const name = word?.name ?? '';
  switch (kind) {
    case Access.RCU_LOCK:
      return { lines: ['rcu_read_lock();'] };
    case Access.RCU_UNLOCK:
      return { lines: ['rcu_read_unlock();'] };
    case Access.LOCK:
      return { lines: [`spin_lock(${name});`] };
    case Access.UNLOCK:
      return { lines: [`spin_unlock(${name});`] };
    case Access.TRY_LOCK:
      return { lines: [`${register} = spin_trylock(${name});`], reads: met === 0 ? 1 : 0 };
    case Access.LOOK_AT_LOCK:
      return { lines: [`${register} = spin_is_locked(${name});`], reads: met === 0 ? 0 : 1 };
    case Access.USE:
      if (trees.b[node] === PayloadUse.WRITE) return { lines: [`*${name} = 1;`] };
      return word ? { lines: [`${register} = *${name};`] } : { lines: [] };
  }
  if (!word || word.kind === 'lock') throw inexpressible(kind);
  return word.kind === 'plain'
    ? plainText(trees, node, register, name)
    : atomicText(trees, node, register, name);
}

/** Payload: the compiler may do with it what it likes. */
function plainText(trees: TransitionTrees, node: number, register: string, name: string): LitmusAccess {
  if (trees.kind[node] === Access.LOAD) return { lines: [`${register} = *${name};`], reads: 'value' };
  if (trees.kind[node] === Access.STORE) return { lines: [`*${name} = ${trees.a[node]!};`] };
  throw new Inexpressible(`payload that is changed by an atomic op (${name})`);
}

/** A fully ordered load or store orders no more than acquire or release: see `ThreadViews.access`. */
function atomicText(trees: TransitionTrees, node: number, register: string, name: string): LitmusAccess {
  const kind = trees.kind[node]!;
  const [a, b] = [trees.a[node]!, trees.b[node]!];
  const order = trees.order(node);
  const read = (text: string): LitmusAccess => ({ lines: [`${register} = ${text};`], reads: 'value' });
  switch (kind) {
    case Access.LOAD:
      return read(order === 'relaxed' ? `atomic_read(${name})` : `atomic_read_acquire(${name})`);
    case Access.STORE:
      return { lines: [`${order === 'relaxed' ? 'atomic_set' : 'atomic_set_release'}(${name}, ${a});`] };
    case Access.EXCHANGE:
      return read(`atomic_xchg${SUFFIX[order]}(${name}, ${a})`);
    case Access.COMPARE_EXCHANGE:
      return read(`atomic_cmpxchg${SUFFIX[order]}(${name}, ${a}, ${b})`);
  }
  if (WAITS.includes(kind)) {
    if (b === 0) return read(order === 'relaxed' ? `atomic_read(${name})` : `atomic_read_acquire(${name})`);
    return read(`atomic_fetch_add${SUFFIX[order]}(${b}, ${name})`);
  }
  const fetch = FETCHES[kind];
  if (fetch === undefined) throw inexpressible(kind);
  return read(`atomic_fetch_${fetch}${SUFFIX[order]}(${a}, ${name})`);
}

/** Sleeping, timers, shared locks, words of 64 bits: nothing in the dialect stands for them. */
function inexpressible(kind: number): Inexpressible {
  return new Inexpressible(
    `a litmus test of refuzz has words, spinlocks and RCU, and no "${ACCESS_NAMES[kind]}"`,
  );
}

/** Fences between two accesses, as FENCE_BITS has them. */
export function fenceLines(fences: number): string[] {
  if (isFullFence(fences)) return ['smp_mb();'];
  return [
    ...((fences & FENCE_BITS.acquire) !== 0 ? ['smp_rmb();'] : []),
    ...((fences & FENCE_BITS.release) !== 0 ? ['smp_wmb();'] : []),
  ];
}
