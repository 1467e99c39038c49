import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder, cacheKey, readCached, writeCached } from './module-cache.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-cache-'));
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

test.each([
  [{ REFUZZ_CACHE: '/own', XDG_CACHE_HOME: '/shared' }, '/own'],
  [{ REFUZZ_CACHE: '', XDG_CACHE_HOME: '/shared' }, join('/shared', 'refuzz')],
  [{ REFUZZ_CACHE: '', XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache', 'refuzz')],
  [{ REFUZZ_CACHE: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 'refuzz')],
])('the folder with %o', (variables, folder) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  expect(cacheFolder()).toBe(folder);
});

describe('an entry', () => {
  const key = cacheKey(['some', 1]);
  const bytes = Uint8Array.of(0, 1, 254, 255);

  test('comes back as it was', () => {
    vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'a', 'b'));
    expect(readCached(key)).toBeUndefined();
    writeCached(key, bytes);
    expect(readCached(key)).toEqual(bytes);
    writeCached(key, new Uint8Array());
    expect(readCached(key)).toEqual(new Uint8Array());
    expect(readCached(cacheKey(['some', 2]))).toBeUndefined();
  });

  test('that is damaged counts as missing', () => {
    vi.stubEnv('REFUZZ_CACHE', FOLDER);
    writeCached(key, bytes);
    const sound = readFileSync(join(FOLDER, key));
    for (let length = 0; length < sound.length; length++) {
      writeFileSync(join(FOLDER, key), sound.subarray(0, length));
      expect(readCached(key), `${length} bytes`).toBeUndefined();
    }
    for (let index = 0; index < sound.length; index++) {
      const damaged = Buffer.from(sound);
      damaged[index]! ^= 1;
      writeFileSync(join(FOLDER, key), damaged);
      expect(readCached(key), `byte ${index}`).toBeUndefined();
    }
  });

  test('that cannot be written is no error', () => {
    const file = join(FOLDER, 'file');
    writeFileSync(file, '');
    vi.stubEnv('REFUZZ_CACHE', join(file, 'below'));
    writeCached(key, bytes);
    expect(readCached(key)).toBeUndefined();
  });
});
