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

/** The code under test. What else is loaded is the same for every input after some dozen of them. */
const UNDER_TEST = /[\\/]targets[\\/](counters|schemes)[\\/]/;
const FEATURES = 'refuzz: states of affairs';

/**
 * jsfuzz keeps an input when more is covered than ever before, and to know that it adds up all counters of all files
 * after each input. So files that tell nothing are taken off its list; and what does tell something, see features.ts, is
 * put on it as one more file, of which each state of affairs is a branch.
 *
 * @returns to be told how many of these were met so far
 */
export function steeredCoverage(): (features: number) => void {
  globals.__coverage__ ??= {};
  const coverage = globals.__coverage__;
  for (const path of Object.keys(coverage)) if (!UNDER_TEST.test(path)) delete coverage[path];
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
