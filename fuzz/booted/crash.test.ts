import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Crash, storeCrash } from './crash.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crash: Crash = {
  target: 'refcount-v5.5',
  kernel: '6.1.0-56-amd64',
  death: { how: 'panic', progress: 3, log: ['one: 1', 'Kernel panic - not syncing: two'] },
  programs: ['0: inc, dec'],
  isReproduced: true,
  seed: 7,
};

test('what brought a guest down is on disk, with the end of its console', () => {
  const path = storeCrash(join(folder, 'made', 'anew'), crash);
  expect(parse(readFileSync(path, 'utf8'))).toEqual({
    crash: 1,
    target: 'refcount-v5.5',
    kernel: '6.1.0-56-amd64',
    how: 'panic',
    reproduced: true,
    seed: 7,
    programs: ['0: inc, dec'],
    log: 'one: 1\nKernel panic - not syncing: two\n',
  });
});

test('the same program and the same end have one file, others another', () => {
  const own = join(folder, 'own');
  storeCrash(own, crash);
  storeCrash(own, { ...crash, seed: 8, death: { ...crash.death, log: [] } });
  expect(readdirSync(own)).toHaveLength(1);
  storeCrash(own, { ...crash, programs: ['1: inc'] });
  storeCrash(own, { ...crash, death: { ...crash.death, how: 'hang' } });
  expect(readdirSync(own)).toHaveLength(3);
});
