import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onMachines } from '../../cli/check/remote-check.ts';
import { sweepCommand } from '../../cli/check/sweep-command.ts';
import type { Io } from '../../cli/io/io.ts';
import { chooseTargets } from '../../cli/target/find-target.ts';
import { plainStyle } from '../../export/show/style.ts';
import { casesIn } from '../campaign-folders.ts';
import { type Ran, refuzz, type Started, startRefuzz } from '../refuzz.ts';
import { THOROUGH } from '../thorough.ts';
import { postgresServer, redisServer, type Server } from './servers.ts';

/*
 * Sweeps, C sources and kernel trees on machines that have none of them: real servers, and workers in an empty folder. What
 * comes of it is what one process finds.
 */

const KERNEL = '/usr/src/linux-source-6.12.tar.xz';

const root = mkdtempSync(join(tmpdir(), 'refuzz-travels-'));
/** Nothing lies here. */
const bare = join(root, 'bare');
mkdirSync(bare);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The line of JSON at the end, without how long it took and where it lies. */
const summary = ({ out, err }: Ran, corpus?: string) => {
  expect(out, err).toContain('{');
  const line = out.trimEnd().split('\n').at(-1)!;
  const text = corpus === undefined ? line : line.replaceAll(corpus, 'CORPUS');
  return { ...JSON.parse(text), seconds: 0 };
};

// What travels is the same on both; many-machines.test.ts asks both.
const SERVERS: readonly (readonly [kind: string, make: () => Promise<Server>])[] = [
  ['Redis', () => redisServer('--appendonly', 'yes')],
  ['PostgreSQL', () => postgresServer()],
];

describe.each(THOROUGH ? SERVERS : SERVERS.slice(0, 1))('%s', (kind, make) => {
  let server: Server;
  const workers: Started[] = [];
  beforeAll(async () => {
    server = await make();
    await server.start();
    for (const name of ['m1', 'm2'])
      workers.push(
        startRefuzz(['worker', '--queue', server.url, '--workers', '1', '--name', name], { cwd: bare }),
      );
  }, 120_000);
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGINT');
    // Each of them was of use, and ends as it should.
    for (const { ended } of workers) {
      const { code, out, err } = await ended;
      expect(code, err).toBe(0);
      expect(out).toMatch(/[1-9]\d* jobs done/);
    }
    await server.remove();
  });

  /** A command here, and on the machines: the same summary, and the same cases. */
  async function expectSame(name: string, command: readonly string[], code: number): Promise<void> {
    const [here, there] = [join(root, `${kind}-${name}-here`), join(root, `${kind}-${name}-there`)];
    const alone = await refuzz([...command, '--corpus', here]);
    const shared = await refuzz([...command, '--corpus', there, '--queue', server.url]);
    expect([alone.code, shared.code], alone.err + shared.err).toEqual([code, code]);
    expect(summary(shared, there)).toEqual(summary(alone, here));
    expect(casesIn(there)).toEqual(casesIn(here));
  }

  test('a sweep', async () => {
    const chosen = await chooseTargets(['refcount-v5.5'], {});
    const swept = async (how: (act: (options: object) => Promise<number>) => Promise<number>) => {
      let text = '';
      const io: Io = {
        out: (part) => {
          text += part;
        },
        tell: () => {},
        data: () => {},
        err: () => {},
        isTerminal: false,
        style: plainStyle,
        onInterrupt: () => () => {},
      };
      // Around the middle of the number line: both halves, with their edges.
      const part = { calls: ['inc', 'dec_and_test'], from: 2 ** 31 - 2 ** 22, to: 2 ** 31 + 2 ** 22 };
      const options = { workers: 1, json: true, known: () => new Set<string>(), ...part };
      const code = await how((more) => sweepCommand(chosen, { ...options, ...more }, io));
      return { code, ...summary({ code, signal: null, out: text, err: '' }) };
    };
    const alone = await swept((act) => act({}));
    expect(alone.divergences.length).toBeGreaterThan(0);
    const io = { err: () => {} } as unknown as Io;
    const shared = await swept((act) =>
      onMachines({ queue: server.url }, ['sweep', kind], io, (makePool) => act({ makePool })),
    );
    expect(shared).toEqual(alone);
  }, 300_000);

  test('a counter in C, checked and searched', async () => {
    const target = join(root, kind, 'tally.yaml');
    mkdirSync(join(root, kind));
    const source = resolve('test/c/sound.c');
    writeFileSync(
      target,
      `target: tally\nabout: a counter in C\nreference: atomic\nsubject: ${source}\nthreads: 2\ninitial: [0, 1, INT_MAX]\n`,
    );
    await expectSame('check', ['check', target, '--threads', '2', '--ops', '1', '--json'], 1);
    const search = ['fuzz', target, '--seed', '3', '--iterations', '100'];
    const [here, there] = [join(root, `${kind}-fuzz-here`), join(root, `${kind}-fuzz-there`)];
    const alone = await refuzz([...search, '--corpus', here, '--workers', '1']);
    const shared = await refuzz([...search, '--corpus', there, '--queue', server.url]);
    expect([alone.code, shared.code], alone.err + shared.err).toEqual([1, 1]);
    expect(casesIn(here).size).toBeGreaterThan(0);
    expect(casesIn(there)).toEqual(casesIn(here));
  }, 300_000);

  test.skipIf(!existsSync(KERNEL))(
    "a kernel's counter, from its archive (skipped where linux-source-6.12 is not installed)",
    async () => {
      const scope = ['--threads', '2', '--ops', '1', '--json'];
      await expectSame('kernel', ['check', 'kernel-vs-model', '--kernel', KERNEL, ...scope], 0);
    },
    300_000,
  );
});
