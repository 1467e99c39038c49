import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelTable } from './kernel-table.ts';

test('the table of refcount-vs-atomic.rst is what refuzz decides', () => {
  expect(readFileSync('docs/memory.md', 'utf8')).toContain(kernelTable());
});
