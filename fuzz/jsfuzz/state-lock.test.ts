import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockState } from './state-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder belongs to one engine until it gives it back', () => {
  const release = lockState(folder);
  expect(() => lockState(folder)).toThrow(`is in use by process ${process.pid}; name another folder`);
  release();
  lockState(folder)();
});

test.each([
  ['a process that is no more', () => String(spawnSync(process.execPath, ['-e', '']).pid)],
  ['nonsense', () => 'nonsense'],
])('%s has none', (_, owner) => {
  writeFileSync(join(folder, 'in-use'), owner());
  lockState(folder)();
});
