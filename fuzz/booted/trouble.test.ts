import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { storeTrouble, type Trouble } from './trouble.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-trouble-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trouble: Trouble = {
  target: 'refcount-v5.5',
  kernel: '6.1.0-56-amd64',
  death: { how: 'panic', progress: 3, log: ['one: 1', 'Kernel panic - not syncing: two'] },
  programs: ['0: inc, dec'],
  isReproduced: true,
  seed: 7,
};

test('what brought a guest down is on disk, with the end of its console', () => {
  const path = storeTrouble(join(folder, 'made', 'anew'), trouble);
  expect(parse(readFileSync(path, 'utf8'))).toEqual({
    trouble: 1,
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
  storeTrouble(own, trouble);
  storeTrouble(own, { ...trouble, seed: 8, death: { ...trouble.death, log: [] } });
  expect(readdirSync(own)).toHaveLength(1);
  storeTrouble(own, { ...trouble, programs: ['1: inc'] });
  storeTrouble(own, { ...trouble, death: { ...trouble.death, how: 'hang' } });
  expect(readdirSync(own)).toHaveLength(3);
});
