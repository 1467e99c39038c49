/**
 * Whether the suite takes its time: `REFUZZ_THOROUGH=1 npm test`. Tests that would say the same on hundreds of inputs take
 * a fixed sample of them otherwise, and say so in their names.
 */
export const THOROUGH: boolean = process.env.REFUZZ_THOROUGH !== undefined;

/** One of so many of a list, evenly spread and always the same ones; all where the suite is thorough. */
export function oneIn<T>(count: number, list: readonly T[]): readonly T[] {
  return THOROUGH ? list : list.filter((_, at) => at % count === 0);
}

/** For the name of a test that takes `oneIn` of a list. */
export const sampleOf = (count: number): string => (THOROUGH ? 'every one' : `one in ${count}`);
