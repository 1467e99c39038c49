import { type ChildProcess, fork, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { workerPath } from '../workers/worker-pool.ts';
import { LockedError, lockFor, lockHolder, takeLock } from './file-lock.ts';
import { BEAT } from './lock-holder.ts';

/** What the file system says when it is asked for a second name of a file, if it has none. */
const links = vi.hoisted(() => ({ refused: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const linkSync = (from: string, to: string) => {
    if (links.refused !== '') throw Object.assign(new Error('no links'), { code: links.refused });
    fs.linkSync(from, to);
  };
  return { ...fs, linkSync };
});

const folder = mkdtempSync(join(tmpdir(), 'refuzz-lock-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true });
});

let files = 0;
const newPath = () => join(folder, `lock-${1e6 + files++}`);

/** A process that cannot be. */
const GONE = 99_999_999;
/** One that runs as long as this test does. */
const ALIVE = process.ppid;

function heldBy(holder: object): string {
  const file = newPath();
  writeFileSync(file, JSON.stringify({ host: hostname(), ...holder }));
  return file;
}

/** When a process began, as Linux tells it. */
function sinceOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]!;
}

const bootId = existsSync('/proc') ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : 'none';

/** @param seconds since its last sign */
function setAge(file: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  utimesSync(file, then, then);
}

const onLinux = test.skipIf(process.platform !== 'linux');

describe('a lock', () => {
  test('names its holder as long as it is held, and is gone when it is released', () => {
    const file = newPath();
    const lock = takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    lock.release();
    expect(existsSync(file)).toBe(false);
    lock.release();
  });

  test('is refused while another process has it, and stays as it is', () => {
    const file = heldBy({ pid: ALIVE });
    const before = readFileSync(file, 'utf8');
    expect(() => takeLock(file)).toThrow(LockedError);
    expect(() => takeLock(file)).toThrow(`locked by process ${ALIVE}`);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(lockHolder(file)?.pid).toBe(ALIVE);
  });

  test('of a process that is gone is taken over', () => {
    const file = heldBy({ pid: GONE });
    expect(lockHolder(file)).toBeUndefined();
    takeLock(file);
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
  });

  onLinux('of a process whose number another one has now is taken over', () => {
    const file = heldBy({ pid: ALIVE, since: '1' });
    expect(lockHolder(file)).toBeUndefined();
    takeLock(file).release();
    expect(() => takeLock(heldBy({ pid: ALIVE, since: sinceOf(ALIVE) }))).toThrow(LockedError);
  });

  // As after a restart in a container, where numbers are few.
  onLinux('of a process that had our number is taken over', () => {
    takeLock(heldBy({ pid: process.pid, since: '1' })).release();
  });

  test('of another machine is believed, whatever runs here', () => {
    const file = heldBy({ pid: GONE, host: 'elsewhere' });
    expect(() => takeLock(file)).toThrow(LockedError);
    expect(lockHolder(file)?.host).toBe('elsewhere');
    const asked = () => lockFor('the place', file, 'campaign');
    expect(asked).toThrow(InputError);
    expect(asked).toThrow(`the place: another campaign (process ${GONE} on elsewhere) is using it`);
  });

  const elsewhere = (changes: object = {}) =>
    heldBy({ pid: ALIVE, host: 'elsewhere', boot: 'another', at: '2026-01-01T00:00:00.000Z', ...changes });

  test('of another machine, or another container, is believed for a minute after its last sign', () => {
    for (const changes of [{}, { host: hostname(), boot: bootId, pidNamespace: 'pid:[1]' }]) {
      const file = elsewhere(changes);
      expect(() => takeLock(file)).toThrow(/since 2026-01-01.*, last sign 0 s ago/);
      setAge(file, 50);
      expect(() => takeLock(file)).toThrow(LockedError);
      setAge(file, 70);
      expect(lockHolder(file)).toBeUndefined();
      takeLock(file).release();
    }
  });

  test('of another container with our number is believed too', () => {
    expect(() => takeLock(elsewhere({ pid: process.pid }))).toThrow(LockedError);
  });

  test('gives signs as long as it is held, and none that makes it another one', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const file = newPath();
      const lock = takeLock(file);
      const text = readFileSync(file, 'utf8');
      setAge(file, 70);
      vi.advanceTimersByTime(BEAT);
      expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(30_000);
      expect(readFileSync(file, 'utf8')).toBe(text);
      writeFileSync(file, 'of another one');
      setAge(file, 70);
      vi.advanceTimersByTime(BEAT);
      expect(Date.now() - statSync(file).mtimeMs).toBeGreaterThan(60_000);
      lock.release();
      expect(existsSync(file)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  // Its parent, this process, does not ask how it ended: `exec` leaves the shell's child to a process that never waits.
  onLinux('of a zombie is taken over', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const pid = Number(
      await new Promise<string>((told) => parent.stdout.once('data', (data) => told(String(data)))),
    );
    const stateOf = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0];
    await vi.waitUntil(() => stateOf() === 'Z', { timeout: 10_000 });
    const file = heldBy({ pid, since: sinceOf(pid) });
    expect(lockHolder(file)).toBeUndefined();
    takeLock(file).release();
  });

  test('in whose place is a folder is refused, with the remedy', () => {
    const file = newPath();
    mkdirSync(file);
    expect(() => takeLock(file)).toThrow(/is not a file; it has the place of a lock: remove it/);
  });

  test.each([
    '',
    'garbage',
    'null',
    '[]',
    '{"pid":1}',
    '{"host":"here","pid":"1"}',
  ])('that says nothing of its holder (%j) is taken over', (text) => {
    const file = newPath();
    writeFileSync(file, text);
    expect(lockHolder(file)).toBeUndefined();
    takeLock(file).release();
    expect(existsSync(file)).toBe(false);
  });

  test('that was lost is not taken from its new holder by a release', () => {
    const file = newPath();
    const lock = takeLock(file);
    writeFileSync(file, JSON.stringify({ pid: ALIVE, host: hostname() }));
    lock.release();
    expect(lockHolder(file)?.pid).toBe(ALIVE);
  });

  test.each([
    'EPERM',
    'ENOTSUP',
    'EOPNOTSUPP',
    'ENOSYS',
  ])('is taken, and refused, where files have no second names (%s)', (code) => {
    links.refused = code;
    try {
      const file = heldBy({ pid: GONE });
      const lock = takeLock(file);
      expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
      lock.release();
      expect(existsSync(file)).toBe(false);
      expect(() => takeLock(heldBy({ pid: ALIVE }))).toThrow(LockedError);
    } finally {
      links.refused = '';
    }
  });

  test('that is not there has no holder', () => {
    expect(lockHolder(newPath())).toBeUndefined();
  });

  test('where no file can be made is the file system’s own error', () => {
    expect(() => takeLock(join(folder, 'no', 'such', 'folder'))).toThrow(/ENOENT/);
  });
});

/** Takes lock after lock, each at a moment of its own, and says which of them it got. */
const racer = join(folder, 'racer.mjs');
writeFileSync(
  racer,
  `import { LockedError, takeLock } from ${JSON.stringify(pathToFileURL(workerPath('storage/file-lock')).href)};
   const take = (file) => {
     try {
       takeLock(file);
       return 'got it';
     } catch (error) {
       return error instanceof LockedError ? 'locked' : String(error);
     }
   };
   process.on('message', ({ files, begin, step }) => {
     process.send(files.map((file, at) => {
       while (performance.timeOrigin + performance.now() < begin + at * step);
       return take(file);
     }));
   });
   process.send('ready');`,
);

async function racers(count: number): Promise<ChildProcess[]> {
  const started = Array.from({ length: count }, () => fork(racer));
  children.push(...started);
  await Promise.all(started.map(reply));
  return started;
}

function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a racer ended (${code})`)));
  });
}

/** All take the same locks at the same moments. @returns by lock, what each of them was told */
async function race(count: number, locks: readonly string[]): Promise<string[][]> {
  const runners = await racers(count);
  const begin = performance.timeOrigin + performance.now() + 50;
  const answers = Promise.all(runners.map(reply));
  for (const runner of runners) runner.send({ files: locks, begin, step: 1 });
  const told = (await answers) as string[][];
  for (const runner of runners) runner.kill();
  return locks.map((_, at) => told.map((list) => list[at]!));
}

describe('of processes that want a lock at the same moment exactly one gets it', () => {
  const ROUNDS = 250;
  test.each([
    ['two, the lock is free', 2, undefined],
    ['four, the lock is free', 4, undefined],
    ['two, its holder is gone', 2, { pid: GONE }],
    ['four, its holder is gone', 4, { pid: GONE }],
  ])('%s', async (_, count, holder) => {
    const locks = Array.from({ length: ROUNDS }, () => (holder ? heldBy(holder) : newPath()));
    const told = await race(count, locks);
    for (const [at, answers] of told.entries()) {
      expect(answers.toSorted(), `race ${at}`).toEqual(['got it', ...Array(count - 1).fill('locked')]);
    }
    const left = locks.map((lock) => basename(lock));
    const found = readdirSync(folder).filter((name) => left.some((lock) => name.startsWith(lock)));
    expect(found.toSorted()).toEqual(left.toSorted());
  });
});
