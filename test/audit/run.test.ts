import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { CensusOptions } from '../../audit/run/census-options.ts';
import { FactsStore } from '../../audit/run/facts-store.ts';
import { isSettled } from '../../audit/run/listing.ts';
import { takeCensus } from '../../audit/run/take-census.ts';
import { openTrees } from '../../audit/source/open-trees.ts';
import { makeFolder } from '../../targets/subject/folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that scans nothing, and does what the text of a file tells it to. */
const MADE_UP = join(folder, 'made-up-worker.mjs');
writeFileSync(
  MADE_UP,
  `import { parentPort, workerData } from 'node:worker_threads';
  const cells = new Int32Array(workerData.current);
  parentPort.on('message', (files) => {
    const answer = files.map(({ path, text }, at) => {
      cells[1] = at;
      Atomics.add(cells, 0, 1);
      if (text.includes('EXIT')) process.exit(3);
      if (text.includes('THROW')) throw new Error('thrown');
      if (text.includes('HANG')) for (;;);
      return text.includes('SKIP') ? { why: 'told so' } : { facts: JSON.stringify({ path, made: text.length }) };
    });
    parentPort.postMessage({ kind: 'answer', answer });
  });`,
);

let root: string;
let cache: string;
let made = 0;
beforeEach(() => {
  root = join(folder, `tree-${++made}`);
  cache = join(folder, `cache-${made}`);
  mkdirSync(root);
});

function write(name: string, text: string): void {
  writeFileSync(join(root, name), text);
  // Some time ago, as most files are; the time of change is now, which the clock below makes long ago.
  utimesSync(join(root, name), 1, 1);
}

/** An hour from now, so that what was just written counts as settled. */
const host = { now: () => 0, date: () => new Date(Date.now() + 3_600_000).toISOString() };

const census = async (options: Partial<CensusOptions> = {}) =>
  takeCensus(await openTrees([root]), {
    jobs: 2,
    host,
    cacheFolder: cache,
    pool: { file: MADE_UP, patience: 3000 },
    ...options,
  });

describe('a census', () => {
  test('is that of refuzz’s own worker, which parses what has counters and nothing else', async () => {
    write('a.c', 'static atomic_t users = ATOMIC_INIT(1);\nvoid get(void) { atomic_inc(&users); }\n');
    write('b.c', 'int nothing;\n');
    const { files, skipped } = await census({ pool: {} });
    expect({ files, skipped }).toEqual({ files: { seen: 2, parsed: 1, cached: 0 }, skipped: [] });
  });

  test('leaves out files that are nested too deeply, also where no bracket says so', async () => {
    write('a.c', `atomic_t x; int y = ${'('.repeat(100_000)}1;\n`);
    write('b.c', 'atomic_t good;\n');
    const { files, skipped } = await census({ pool: {} });
    expect(skipped).toEqual([{ file: 'a.c', why: 'is nested more than 400 deep' }]);
    expect(files.parsed).toBe(1);
  });

  test('loses the files that end or hold their thread, and no others', async () => {
    for (let at = 0; at < 80; at++) write(`n${at}.c`, 'atomic_t x;');
    write('n3-exit.c', 'atomic_t x; EXIT');
    write('n5-throw.c', 'atomic_t x; THROW');
    write('n6-hang.c', 'atomic_t x; HANG');
    write('n7-skip.c', 'atomic_t x; SKIP');
    const { files, skipped } = await census();
    expect(files).toEqual({ seen: 84, parsed: 80, cached: 0 });
    expect(skipped).toEqual([
      { file: 'n3-exit.c', why: 'ends the thread that parses it (exit code 3)' },
      { file: 'n5-throw.c', why: 'ends the thread that parses it (thrown)' },
      { file: 'n6-hang.c', why: 'ends the thread that parses it (no progress for 3 s)' },
      { file: 'n7-skip.c', why: 'told so' },
    ]);
  });

  test('of nothing but the implementation of the ops is an error, and with another file it is none', async () => {
    mkdirSync(join(root, 'lib'), { recursive: true });
    write('lib/refcount.c', 'void refcount_set(refcount_t *r, int n) { atomic_set(&r->refs, n); }');
    await expect(census({ pool: {} })).rejects.toThrow(
      /holds nothing but what audits leave out.*name files that use/,
    );
    write('a.c', 'atomic_t x;');
    await expect(census({ pool: {} })).resolves.toMatchObject({ files: { seen: 2 } });
  });

  test('of a folder without C is an error, and so is one without threads', async () => {
    write('README', '');
    await expect(census()).rejects.toThrow(`${root}: holds no file of C`);
    write('a.c', 'atomic_t x;');
    await expect(census({ pool: { file: join(folder, 'nowhere.mjs') } })).rejects.toThrow(
      /no thread can parse|nowhere/,
    );
  });

  test('is called off by its signal, and keeps what it has', async () => {
    for (let at = 0; at < 40; at++) write(`a${at}.c`, 'atomic_t x;');
    write('b.c', 'atomic_t x; HANG');
    const stop = new AbortController();
    const under = census({ jobs: 1, signal: stop.signal, pool: { file: MADE_UP, patience: 60_000 } });
    const outcome = expect(under).rejects.toThrow('enough');
    // The first batch has come back when its facts are counted.
    setTimeout(() => stop.abort(new Error('enough')), 700);
    await outcome;
    rmSync(join(root, 'b.c'));
    expect((await census()).files.cached).toBeGreaterThan(0);
  });

  test('tells how far it is', async () => {
    for (let at = 0; at < 130; at++) write(`a${at}.c`, 'atomic_t x;');
    const told: unknown[] = [];
    let now = 0;
    const clock = { ...host, now: () => (now += 10_000) };
    await census({ host: clock, onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { done: 64, total: 130, secondsLeft: (10 / 64) * 66 },
      { done: 128, total: 130, secondsLeft: (20 / 128) * 2 },
    ]);
  });
});

describe('what is kept', () => {
  const fill = () => {
    for (let at = 0; at < 20; at++) write(`a${at}.c`, `atomic_t x${at};`);
  };

  test('is used by the next run, but for what has changed', async () => {
    fill();
    expect((await census()).files).toEqual({ seen: 20, parsed: 20, cached: 0 });
    expect((await census()).files).toEqual({ seen: 20, parsed: 0, cached: 20 });
    write('a3.c', 'atomic_t other;');
    write('b.c', 'atomic_t more;');
    expect((await census()).files).toEqual({ seen: 21, parsed: 2, cached: 19 });
    expect((await census({ isCached: false })).files).toEqual({ seen: 21, parsed: 21, cached: 0 });
  });

  test('does not believe the time of modification: same size, same time, other text', async () => {
    fill();
    await census();
    write('a3.c', 'atomic_t y3;');
    expect((await census()).files).toEqual({ seen: 20, parsed: 1, cached: 19 });
  });

  test('is no stamp of a file that was written just now', () => {
    expect(isSettled('10 1 5 1000', 2999)).toBe(false);
    expect(isSettled('10 1 5 1000', 3001)).toBe(true);
    expect(isSettled('10 1 5 1000\u000010 1 5 5000', 3001)).toBe(false);
    expect(isSettled('0123456789abcdef0123456789abcdef01234567', 0)).toBe(true);
  });

  test.each([
    ['cut short', (path: string) => truncateSync(path, 100)],
    ['empty', (path: string) => truncateSync(path, 0)],
    [
      'edited',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"made":1', '"made":2')),
    ],
    ['gone', (path: string) => rmSync(path)],
    ['folders', (path: string) => void (rmSync(path) ?? mkdirSync(path))],
    ['links to themselves', (path: string) => rmSync(path) ?? symlinkSync(path, path)],
  ])('is made anew where packs, listings and censuses are %s', async (_how, damage) => {
    fill();
    await census();
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\d$|[a-f]$/.test(name),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const name of files) damage(join(cache, name));
    const notes: string[] = [];
    const { files: counts } = await census({ onNote: (note) => notes.push(note) });
    expect(counts).toEqual({ seen: 20, parsed: 20, cached: 0 });
  });

  test('is nothing where it cannot be written: a note, and the same census', async () => {
    fill();
    writeFileSync(cache, 'a file, where a folder should be');
    const notes: string[] = [];
    expect((await census({ onNote: (note) => notes.push(note) })).files.parsed).toBe(20);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('facts are not kept for the next run');
  });

  test('of an archive means that it is not opened again, until it changes', async () => {
    fill();
    const { execFileSync } = await import('node:child_process');
    const archive = join(folder, `archive-${made}.tar`);
    execFileSync('tar', ['cf', archive, '-C', folder, `tree-${made}`]);
    const options = { jobs: 1, host, cacheFolder: cache, pool: { file: MADE_UP } };
    expect((await takeCensus(await openTrees([archive]), options)).files.parsed).toBe(20);
    const tree = await openTrees([archive]);
    tree.files = () => {
      throw new Error('opened');
    };
    expect((await takeCensus(tree, options)).files).toEqual({ seen: 20, parsed: 0, cached: 20 });
    write('b.c', 'atomic_t more;');
    execFileSync('tar', ['cf', archive, '-C', folder, `tree-${made}`]);
    expect((await takeCensus(await openTrees([archive]), options)).files).toEqual({
      seen: 21,
      parsed: 1,
      cached: 20,
    });
  });
});

describe('the store', () => {
  const keyOf = (at: number) => FactsStore.keyOf('1', 'a.c', `${at}`);

  test('gives what was put, to this run and to the next, and to one that wrote at the same time', () => {
    const one = new FactsStore(cache);
    const other = new FactsStore(cache);
    for (let at = 0; at < 300; at++) (at % 2 ? one : other).put(keyOf(at), `{"at":${at},"text":"Grüße"}`);
    one.flush();
    other.flush();
    const keys = Array.from({ length: 300 }, (_, at) => keyOf(at));
    const found = new Map(new FactsStore(cache).load([...keys, keyOf(301)]));
    expect([...found.keys()].sort()).toEqual([...keys].sort());
    expect(found.get(keyOf(7))).toBe('{"at":7,"text":"Grüße"}');
    expect(new FactsStore(undefined).has(keyOf(1))).toBe(false);
  });

  test('drops what was used longest ago, and never what this run needs', () => {
    // Keys of one pack, each of 3 MB: five fit.
    const keys = Array.from({ length: 3000 }, (_, at) => keyOf(at))
      .filter((key) => key.startsWith('00'))
      .slice(0, 8);
    const json = JSON.stringify('x'.repeat(3 << 20));
    for (const key of keys) {
      const store = new FactsStore(cache);
      // The first one is needed by every run.
      store.use(keys[0]!);
      store.put(key, json);
      store.flush();
    }
    const store = new FactsStore(cache);
    expect(keys.map((key) => store.has(key))).toEqual([true, false, false, false, true, true, true, true]);
  });

  test('keeps in memory what it cannot write, and says so once', () => {
    makeFolder(cache);
    chmodSync(cache, 0o500);
    // To the superuser nothing refuses; a folder where a pack should be does.
    for (let pack = 0; pack < 64; pack++) mkdirSync(join(cache, `facts-${String(pack).padStart(2, '0')}`));
    const told: string[] = [];
    const store = new FactsStore(cache, (why) => told.push(why));
    store.put(keyOf(1), '1');
    store.flush();
    store.put(keyOf(2), '2');
    store.flush();
    expect(told).toHaveLength(1);
    expect(new Map(store.load([keyOf(1), keyOf(2)]))).toEqual(
      new Map([
        [keyOf(1), '1'],
        [keyOf(2), '2'],
      ]),
    );
  });
});
