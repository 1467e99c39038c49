import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 120_000,
    // Two, where there are two cores: many tests wait for processes that they have started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
