import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { casesIn, filesBelow, rawFindingsIn, searchedIn } from './campaign-folders.ts';
import { type Ran, refuzz } from './refuzz.ts';
import { THOROUGH } from './thorough.ts';

/** A file system of its own for each test, with as much room as the test says. */
const root = mkdtempSync(join(tmpdir(), 'refuzz-full-'));
const mounted: string[] = [];
const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' });

function mount(size: string): string {
  const place = join(root, `disk-${mounted.length}`);
  mkdirSync(place);
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'refuzz-test', place);
  mounted.push(place);
  return place;
}

const remount = (place: string, options: string) => run('mount', '-o', `remount,${options}`, place);

/** Only root may, and not in every container. */
function canMount(): boolean {
  try {
    run('umount', mount('64k'));
    return true;
  } catch {
    return false;
  }
}

const isAble = canMount();
mounted.length = 0;
rmSync(join(root, 'disk-0'), { recursive: true, force: true });
const describeMounts = describe.skipIf(!isAble);

afterEach(() => {
  for (const place of mounted) if (existsSync(place)) run('umount', place);
  for (const place of mounted.splice(0)) rmSync(place, { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.skipIf(isAble)(
  'disks that are full are not tested here: a tmpfs cannot be mounted (not root?)',
  () => {},
);

const START = ['refcount-v4.11', 'inet-peer-naive', '--seed', '5'];
const LENGTH = ['--iterations', '100', '--workers', '1', '--json'];

let known: Promise<ReadonlyMap<string, string>> | undefined;

/** What a campaign with enough room stores. */
function undisturbed() {
  const corpus = join(root, 'undisturbed');
  const all = async () => {
    const ran = await refuzz(['fuzz', ...START, ...LENGTH, '--corpus', corpus]);
    expect(ran.code).toBe(1);
    return casesIn(corpus);
  };
  known ??= all();
  return known;
}

/** That it ended as it should for want of room: told where, and what to do. */
function expectFull(ran: Ran, place: string, option: string): void {
  expect(ran.err).toContain(`refuzz: ${place}`);
  expect(ran.err).toContain(
    `cannot be written (the disk is full); free some space, or name a folder you can write to with ${option}`,
  );
  expect(ran.err).not.toContain('internal');
  expect(ran.code).toBe(2);
}

/** @throws for a damaged file */
function bytesIn(state: string, corpus: string): number {
  searchedIn(state);
  return rawFindingsIn(state).length + casesIn(corpus).size;
}

describeMounts('a disk that fills up', () => {
  // So small that nothing begins; that raw findings, a shard, or many of them fill it.
  test.each(
    THOROUGH ? ['24k', '100k', '2m'] : ['24k', '2m'],
  )('under the state (%s) ends the campaign, and it goes on later', async (size) => {
    const disk = mount(size);
    const [state, corpus] = [join(disk, 'state'), join(root, `corpus-${size}`)];
    // Two megabytes are much for so short a campaign: most of them are somebody else's.
    if (size === '2m') writeFileSync(join(disk, 'other'), Buffer.alloc(1900 << 10));
    const places = ['--state', state, '--corpus', corpus];
    const full = await refuzz(['fuzz', ...START, ...LENGTH, ...places]);
    expectFull(full, state, '--state');
    expect(full.err).toContain(
      `once there is room, refuzz fuzz --resume --state ${state} --corpus ${corpus} continues it`,
    );
    const before = casesIn(corpus);
    bytesIn(state, corpus);

    // It is as full as before.
    const again = await refuzz(['fuzz', '--resume', ...LENGTH, ...places]);
    expectFull(again, state, '--state');
    bytesIn(state, corpus);

    remount(disk, 'size=64m');
    const resumed = await refuzz(['fuzz', '--resume', ...LENGTH, ...places]);
    expect(resumed.code, resumed.err).toBe(1);
    const cases = casesIn(corpus);
    for (const [name, text] of before) expect(cases.get(name), name).toBe(text);
    expect([...cases]).toEqual([...(await undisturbed())]);
    expect(rawFindingsIn(state)).toEqual([]);
    expect(filesBelow(state).filter((name) => /\d$/.test(name))).toEqual([]);
  });

  test('under the corpus shows the case, and stores it later', async () => {
    const disk = mount('60k');
    const [state, corpus] = [join(root, 'state-here'), join(disk, 'corpus')];
    const places = ['--state', state, '--corpus', corpus];
    const full = await refuzz(['fuzz', ...START, ...LENGTH, ...places]);
    expectFull(full, corpus, '--corpus');
    expect(full.err).toContain('case: 2\ntarget: ');
    const before = casesIn(corpus);
    expect(before.size).toBeGreaterThan(5);
    expect(filesBelow(corpus).filter((name) => !name.endsWith('.yaml'))).toEqual(['case.schema.json']);

    const again = await refuzz(['fuzz', '--resume', ...LENGTH, ...places]);
    expectFull(again, corpus, '--corpus');
    remount(disk, 'size=64m');
    expect((await refuzz(['fuzz', '--resume', ...LENGTH, ...places])).code).toBe(1);
    expect([...casesIn(corpus)]).toEqual([...(await undisturbed())]);
    expect(rawFindingsIn(state)).toEqual([]);
  });

  test('before the campaign has begun is told as well, and leaves nothing', async () => {
    const disk = mount('8k');
    writeFileSync(join(disk, 'other'), Buffer.alloc(4 << 10));
    const state = join(disk, 'state');
    expectFull(await refuzz(['fuzz', ...START, ...LENGTH, '--state', state]), state, '--state');
    rmSync(join(disk, 'other'));
    remount(disk, 'size=64m');
    const corpus = join(root, 'begun');
    const ran = await refuzz(['fuzz', ...START, '--iterations', '20', '--state', state, '--corpus', corpus]);
    expect(ran.code).toBe(1);
  });
});

describeMounts('a read-only disk', () => {
  const short = ['--iterations', '20', '--workers', '1'];

  test('for the state is told', async () => {
    const disk = mount('64m');
    const [state, corpus] = [join(disk, 'state'), join(root, 'read-only-1')];
    remount(disk, 'ro');
    const ran = await refuzz(['fuzz', ...START, ...short, '--state', state, '--corpus', corpus]);
    expect(ran.err).toMatch(
      /refuzz: .*state: cannot be written \(.*read-only.*\); free some space, or name .* with --state/,
    );
    expect(ran.code).toBe(2);
    expect(existsSync(corpus)).toBe(false);
  });

  test('with a campaign on it: that can be looked at, and not gone on with', async () => {
    const disk = mount('64m');
    const [state, corpus] = [join(disk, 'state'), join(root, 'read-only-2')];
    expect((await refuzz(['fuzz', ...START, ...short, '--state', state, '--corpus', corpus])).code).toBe(1);
    remount(disk, 'ro');
    const ran = await refuzz(['fuzz', '--resume', ...short, '--state', state, '--corpus', corpus]);
    expect(ran.err).toMatch(/refuzz: .*state: cannot be written \(the file system is read-only\)/);
    expect(ran.code).toBe(2);
    expect((await refuzz(['status', '--state', state])).code).toBe(0);
  });

  test('for the corpus shows the case', async () => {
    const disk = mount('64m');
    const [state, corpus] = [join(root, 'read-only-3'), join(disk, 'corpus')];
    mkdirSync(corpus);
    remount(disk, 'ro');
    const ran = await refuzz(['fuzz', ...START, ...short, '--state', state, '--corpus', corpus]);
    expect(ran.err).toMatch(/cannot be written \(.*read-only.*\); free some space, or name .* with --corpus/);
    expect(ran.err).toContain('case: 2\ntarget: ');
    expect(ran.code).toBe(2);
    remount(disk, 'rw');
    expect((await refuzz(['fuzz', '--resume', ...short, '--state', state, '--corpus', corpus])).code).toBe(1);
    expect(casesIn(corpus).size).toBeGreaterThan(20);
  });
});
