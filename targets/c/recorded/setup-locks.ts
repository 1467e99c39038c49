/** Of RCU: no address. */
const RCU = -1;

/** By call: what it does to what its argument names. Nothing waits, for nobody else is there. */
const CHANGES: Readonly<Record<string, 1 | -1>> = {
  refuzz_lock: 1,
  refuzz_trylock: 1,
  refuzz_lock_shared: 1,
  refuzz_trylock_shared: 1,
  refuzz_seq_lock: 1,
  refuzz_srcu_read_lock: 1,
  refuzz_rcu_read_lock: 1,
  refuzz_unlock: -1,
  refuzz_unlock_shared: -1,
  refuzz_seq_unlock: -1,
  refuzz_srcu_read_unlock: -1,
  refuzz_rcu_read_unlock: -1,
};

/** Answered by 0: nobody else writes, reads, sleeps, or has armed anything. */
const NOTHING = new Set([
  'refuzz_downgrade',
  'refuzz_seq_begin',
  'refuzz_seq_read',
  'refuzz_synchronize_begin',
  'refuzz_synchronize_end',
  'refuzz_barrier_begin',
  'refuzz_barrier_end',
  'refuzz_cancel',
  'refuzz_armed',
  'refuzz_flush_begin',
  'refuzz_flush_end',
]);

/**
 * Locks and read sections of a driver's own function that a state calls: taken and given back, for a program starts with none.
 *
 *     REFUZZ_STATE(one) { registry_add(object); }     add takes the registry's lock, and gives it back
 */
export class SetupLocks {
  readonly #depths = new Map<number, number>();

  begin(): void {
    this.#depths.clear();
  }

  /** @returns the answer of a call; undefined for one that is none of these */
  call(name: string, [address = RCU]: readonly (number | bigint)[]): number | undefined {
    const at = Number(address);
    const change = CHANGES[name];
    if (change !== undefined) {
      this.#depths.set(at, (this.#depths.get(at) ?? 0) + change);
      return 1;
    }
    if (name === 'refuzz_locked') return (this.#depths.get(at) ?? 0) > 0 ? 1 : 0;
    return NOTHING.has(name) ? 0 : undefined;
  }

  /** What is wrong at the end of a state. */
  complaint(): string | undefined {
    for (const [at, depth] of this.#depths) {
      if (depth === 0) continue;
      if (depth < 0) return `gives up a ${at === RCU ? 'read section' : 'lock'} that it has not taken`;
      return at === RCU
        ? 'stays in a read section; refuzz_read_section(thread) says which thread is in one at the start'
        : 'keeps a lock; a program starts with none taken';
    }
    return undefined;
  }
}
