import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const ELSEWHERE = ['**/node_modules/**', '**/dist/**'];
/**
 * What measures how soon a command ends, or a page is there, or what code allocates once V8 has compiled it: what V8 knows
 * of a function's callers from the tests of others counts too. What boots emulated kernels or waits for signals has time.
 */
const ALONE = ['test/budgets.test.ts', 'test/page-browser.test.ts', 'fuzz/search/garbage.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['**/*.test.ts'],
          exclude: [...ELSEWHERE, ...ALONE],
          // Three on two cores: many tests wait for processes that they have started.
          maxWorkers: availableParallelism() + 1,
          // Files of one worker share what they import, and the compiler that is loaded: no test may change either.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
