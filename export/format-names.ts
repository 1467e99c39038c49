/**
 * The names of all formats, in the order of the help text. They stand apart from `formats.ts` because the command line
 * knows them at every start, and what writes the formats takes a fifth of a second to load.
 */
export const FORMAT_NAMES = ['mjs', 'c', 'kmod', 'kunit', 'litmus', 'vitest'] as const;

/** One of them: the compiler asks every table of formats for all. */
export type FormatName = (typeof FORMAT_NAMES)[number];
