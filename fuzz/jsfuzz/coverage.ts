/** What istanbul's instrumentation leaves in the global object, by file; as far as jsfuzz reads it. */
interface FileCoverage {
  readonly path: string;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
  readonly statementMap: object;
  readonly fnMap: object;
  readonly branchMap: object;
}

const globals = globalThis as typeof globalThis & { __coverage__?: Record<string, FileCoverage> };

const FEATURES = 'refuzz: states of affairs';

/**
 * jsfuzz keeps an input when more is covered than ever before, and to know that it adds up all counters of all files
 * after each input. What tells more than lines of code, see features.ts, is put among them as one more file, of which
 * each state of affairs is a branch.
 *
 * jsfuzz counts the branches that are not 0. After 3 states of affairs the file is `b: { met: [1, 1, 1] }`, and its sum
 * 3 higher than that of the code.
 *
 * @returns to be told how many of these were met so far; a lower number changes nothing
 */
export function steeredCoverage(): (features: number) => void {
  globals.__coverage__ ??= {};
  const coverage = globals.__coverage__;
  const met: number[] = [];
  coverage[FEATURES] = {
    path: FEATURES,
    s: {},
    f: {},
    b: { met },
    statementMap: {},
    fnMap: {},
    branchMap: {},
  };
  return (features) => {
    while (met.length < features) met.push(1);
  };
}
