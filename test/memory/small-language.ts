/*
 * Small programs as data, for random tests of the memory model. They are printed as litmus tests for refuzz, and judged
 * as they are by the axioms; the two ways share nothing but this file.
 */

export type Order = 'full' | 'relaxed' | 'acquire' | 'release';

export type Instruction =
  | {
      op: 'load';
      word: string;
      order: 'once' | 'acquire' | 'plain';
      to: string;
      address?: string | undefined;
    }
  | {
      op: 'store';
      word: string;
      order: 'once' | 'release' | 'plain';
      value: number;
      data?: string | undefined;
      address?: string | undefined;
      control?: string | undefined;
    }
  | { op: 'xchg'; word: string; order: Order; value: number; to: string }
  | { op: 'inc'; word: string }
  | { op: 'cmpxchg'; word: string; order: Order; expected: number; value: number; to: string }
  | { op: 'fence'; name: FenceName }
  | { op: 'lock' | 'unlock'; word: string }
  | { op: 'enter' | 'leave' | 'sync' };

export type FenceName =
  | 'mb'
  | 'rmb'
  | 'wmb'
  | 'mb__before_atomic'
  | 'mb__after_atomic'
  | 'mb__after_spinlock'
  | 'mb__after_unlock_lock';

export interface SmallProgram {
  words: readonly string[];
  threads: readonly (readonly Instruction[])[];
}

/** As the kernel's dialect has it. */
export function litmusOf({ words, threads }: SmallProgram): string {
  const parameters = words.map((word) => `int *${word}`).join(', ');
  const bodies = threads.map(
    (instructions, thread) =>
      `P${thread}(${parameters})\n{\n${instructions.map((one) => `\t${cOf(one)}\n`).join('')}}\n`,
  );
  return `C random\n\n{ ${words.map((word) => `${word}=0;`).join(' ')} }\n\n${bodies.join('\n')}\nlocations [${observedIn({ words, threads }).join('; ')}]\nexists (true)\n`;
}

/** What the two ways compare: registers, and words but locks. */
export function observedIn({ words, threads }: SmallProgram): string[] {
  const registers = threads.flatMap((instructions, thread) =>
    instructions.flatMap((one) => ('to' in one ? [`${thread}:${one.to}`] : [])),
  );
  const locks = new Set(
    threads.flat().flatMap((one) => (one.op === 'lock' || one.op === 'unlock' ? [one.word] : [])),
  );
  return [...registers.sort(), ...words.filter((word) => !locks.has(word)).sort()];
}

const SUFFIX: Readonly<Record<Order, string>> = {
  full: '',
  relaxed: '_relaxed',
  acquire: '_acquire',
  release: '_release',
};

function cOf(one: Instruction): string {
  switch (one.op) {
    case 'load': {
      const place = one.address ? `(${one.word} + (${one.address} & 0))` : one.word;
      if (one.order === 'plain') return `int ${one.to} = *${place};`;
      return `int ${one.to} = ${one.order === 'acquire' ? `smp_load_acquire(${place})` : `READ_ONCE(*${place})`};`;
    }
    case 'store': {
      const place = one.address ? `(${one.word} + (${one.address} & 0))` : one.word;
      const value = one.data ? `${one.value} + (${one.data} & 0)` : `${one.value}`;
      const marked =
        one.order === 'release'
          ? `smp_store_release(${place}, ${value});`
          : `WRITE_ONCE(*${place}, ${value});`;
      const store = one.order === 'plain' ? `*${place} = ${value};` : marked;
      return one.control ? `if (${one.control}) ${store}` : store;
    }
    case 'xchg':
      return `int ${one.to} = xchg${SUFFIX[one.order]}(${one.word}, ${one.value});`;
    case 'inc':
      return `atomic_inc(${one.word});`;
    case 'cmpxchg':
      return `int ${one.to} = cmpxchg${SUFFIX[one.order]}(${one.word}, ${one.expected}, ${one.value});`;
    case 'fence':
      return `smp_${one.name}();`;
    case 'lock':
      return `spin_lock(${one.word});`;
    case 'unlock':
      return `spin_unlock(${one.word});`;
    case 'enter':
      return 'rcu_read_lock();';
    case 'leave':
      return 'rcu_read_unlock();';
    case 'sync':
      return 'synchronize_rcu();';
  }
}
