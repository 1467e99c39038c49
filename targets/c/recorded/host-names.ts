/** What C asks of refuzz while it runs, as `refuzz/host.h` declares it: functions that no source may have of its own. */
const HOST_CALLS = [
  ...[
    'warn',
    'lock',
    'unlock',
    'trylock',
    'lock_shared',
    'trylock_shared',
    'unlock_shared',
    'downgrade',
    'locked',
    'seq_lock',
    'seq_unlock',
    'seq_begin',
    'seq_read',
    'await',
    'rcu_read_lock',
    'rcu_read_unlock',
    'call_rcu',
    'use',
    'write',
    'free',
    'allocate',
    'check_object',
    'touch',
    'field',
  ],
  ...['start', 'stop', 'thread', 'hold_of'],
  ...['link', 'linked', 'idle_note', 'idle_clear', 'idle_check', 'hold', 'read_section'],
  ...['init_work', 'init_timer', 'arm', 'cancel', 'armed', 'flush_begin', 'flush_end'],
  ...['init_srcu', 'srcu_read_lock', 'srcu_read_unlock', 'call_srcu'],
  ...['synchronize_begin', 'synchronize_end', 'barrier_begin', 'barrier_end'],
  ...['sleep_begin', 'sleep', 'sleep_end', 'wake_sleepers'],
].map((name) => `refuzz_${name}`);

/** Calls that do nothing: what the sanitizer starts with, and a fence for the compiler alone. */
export const DOES_NOTHING: readonly string[] = ['__tsan_init', '__tsan_atomic_signal_fence'];

/** A fence between threads: no access, but it orders those around it. Its argument is a memory order. */
export const THREAD_FENCE = '__tsan_atomic_thread_fence';

/** What the linker gives every module. */
const OF_THE_LINKER = [
  '__stack_pointer',
  '__heap_base',
  '__data_end',
  '__wasm_call_ctors',
  '__wasm_init_tls',
];

/**
 * Whether a name belongs to refuzz, the compiler's checks or the linker. A source that defines it would answer in the place
 * of refuzz: with a `refuzz_free` of its own, nothing would ever be freed.
 */
export function isHostName(name: string): boolean {
  return isHostCall(name) || OF_THE_LINKER.includes(name);
}

/** The same of functions alone that a module imports, and never has. */
export function isHostCall(name: string): boolean {
  return HOST_CALLS.includes(name) || /^__(?:tsan|ubsan|sanitizer)_/.test(name);
}
