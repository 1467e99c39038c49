import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Repository } from '../../../test/kernel-repository.ts';
import { InputError } from '../../subject/input-error.ts';
import { GitHistory } from './git-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a repository that lacks a file, and names a command to fetch it with, has nothing run', async () => {
  const repository = new Repository(join(folder, 'partial'));
  const ran = join(folder, 'ran');
  const blob = repository.git('rev-parse', 'HEAD:lib/refcount.c').trim();
  rmSync(join(repository.path, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const settings = {
    'core.repositoryFormatVersion': '1',
    'extensions.partialClone': 'origin',
    'remote.origin.url': `ext::touch ${ran}`,
    'remote.origin.promisor': 'true',
    'protocol.ext.allow': 'always',
    'protocol.allow': 'always',
  };
  for (const [name, value] of Object.entries(settings)) repository.git('config', name, value);
  const history = await GitHistory.open(repository.path, ['lib/refcount.c']);
  const { sha } = await history.commit('HEAD');
  await expect(history.textsAt(sha)).rejects.toThrow(InputError);
  expect(existsSync(ran)).toBe(false);
  // The same without refuzz: the trap is one.
  expect(() => repository.git('cat-file', 'blob', blob)).toThrow();
  expect(existsSync(ran)).toBe(true);
});

test('a repository in which git waits for a pipe is left when it is asked to', async () => {
  const repository = new Repository(join(folder, 'pipe'));
  const head = join(repository.path, '.git/HEAD');
  rmSync(head);
  execFileSync('mkfifo', [head]);
  const opened = GitHistory.open(repository.path, ['lib/refcount.c'], { stop: AbortSignal.timeout(500) });
  await expect(opened).rejects.toThrow(InputError);
});
