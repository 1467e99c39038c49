/**
 * Calls by which a header says what it leaves out, and what an answer says of it. A header cannot know what is used of it; the
 * linker does: a function that nobody calls is not in the module, and what it would have called is no import.
 */
const NOTES: Readonly<Record<string, string>> = {
  refuzz_long_32: 'an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)',
};

/** Calls that do nothing: notes of the headers, fences (all is sequentially consistent), and what the sanitizer starts with. */
export const DOES_NOTHING: readonly string[] = [
  ...Object.keys(NOTES),
  '__tsan_init',
  '__tsan_atomic_thread_fence',
  '__tsan_atomic_signal_fence',
];

/** What the headers of a module leave out of what the kernel does, as far as it is used. */
export function leftOut(imports: readonly { readonly name: string }[]): string[] {
  return imports.flatMap(({ name }) => NOTES[name] ?? []);
}
