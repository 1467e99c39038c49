/** What C asks of refuzz while it runs, as `refuzz/host.h` declares it: functions that no source may have of its own. */
const HOST_CALLS = [
  ...[
    'warn',
    'lock',
    'unlock',
    'rcu_read_lock',
    'rcu_read_unlock',
    'call_rcu',
    'use',
    'free',
    'allocate',
    'check_object',
    'touch',
  ],
  ...['wake', 'wake_ups', 'link', 'linked', 'idle_note', 'idle_clear', 'idle_check', 'hold', 'read_section'],
].map((name) => `refuzz_${name}`);

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
