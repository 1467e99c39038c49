import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RandomChoices } from '../../fuzz/program/choices.ts';
import { casesIn } from '../campaign-folders.ts';
import { type Ran, refuzz } from '../refuzz.ts';
import { THOROUGH } from '../thorough.ts';
import { Cluster } from './cluster.ts';
import { type Link, linkTo } from './link.ts';
import { postgresServer, redisServer, type Server } from './servers.ts';

/*
 * What many machines promise: the corpus of one process, byte for byte, whoever is killed, and whatever the queue loses.
 * Real servers, real processes: a coordinator and three workers of one thread each.
 */

/** Kills of each disturbed campaign. With 30 the long proof takes some minutes. */
const KILLS = Number(process.env.REFUZZ_QUEUE_KILLS ?? 2);
const SEED = Number(process.env.REFUZZ_KILL_SEED ?? 1);
/** Milliseconds for which a machine is cut off: longer than its lease, which is 3 s. */
const PARTITION = 1000 * Number(process.env.REFUZZ_QUEUE_PARTITION ?? 8);
/** Milliseconds. */
const LONG = 240_000 + 120_000 * Math.ceil(KILLS / 5);

const SEARCH = { targets: ['refcount-v4.11', 'inet-peer-naive'], seed: 7 };
/** Of a campaign that nobody disturbs. */
const FEW = 150;
/** Of one that is still under way when something happens to it, and of one that goes on while processes are killed. */
const SHORT = 400;
const ENDURING = 400 + 200 * KILLS;

const root = mkdtempSync(join(tmpdir(), 'refuzz-machines-'));
const servers: Server[] = [];
let made = 0;
const freshFolder = () => join(root, String(++made));
const clusters: Cluster[] = [];
const links: Link[] = [];

function cluster(url: string, iterations: number, name?: string, seed = SEARCH.seed): Cluster {
  const one = new Cluster({ ...SEARCH, seed, url, folder: freshFolder(), iterations, ...(name && { name }) });
  clusters.push(one);
  return one;
}

afterEach(async () => {
  await Promise.all(clusters.splice(0).map((one) => one.end()));
  await Promise.all(links.splice(0).map((link) => link.close()));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.remove()));
  rmSync(root, { recursive: true, force: true });
});

/** The corpus of one process that nobody disturbs. */
const alone = new Map<string, Promise<ReadonlyMap<string, string>>>();
function corpusAlone(iterations: number, seed = SEARCH.seed): Promise<ReadonlyMap<string, string>> {
  const search = async () => {
    const folder = freshFolder();
    const places = ['--state', join(folder, 'state'), '--corpus', join(folder, 'corpus')];
    const limits = ['--seed', String(seed), '--iterations', String(iterations), '--workers', '1'];
    expect((await refuzz(['fuzz', ...SEARCH.targets, ...places, ...limits])).code).toBe(1);
    return casesIn(join(folder, 'corpus'));
  };
  const key = `${seed} ${iterations}`;
  alone.set(key, alone.get(key) ?? search());
  return alone.get(key)!;
}

async function expectSameCorpus({ corpus }: Cluster, { code, err }: Ran, iterations: number, seed?: number) {
  expect(code, err).toBe(1);
  const expected = await corpusAlone(iterations, seed);
  expect(expected.size).toBeGreaterThan(40);
  // What it said, as it may have ended for another reason.
  expect(casesIn(corpus), err).toEqual(expected);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kills workers, the coordinator and the server until the campaign is over. @returns what was killed, and its end */
async function disturbed(one: Cluster, server: Server, choices: RandomChoices) {
  const killed = { workers: 0, coordinators: 0, servers: 0, emptied: 0 };
  const sum = () => killed.workers + killed.coordinators + killed.servers;
  for (let worker = 0; worker < 3; worker++) one.addWorker();
  let ended = one.coordinate();
  let over: Ran | undefined;
  let isRefused = false;
  const watch = () =>
    void ended.then((ran) => {
      // One that was killed has no code; one that begins while the server is away is refused, and begun again.
      if (/cannot be used as a queue/.test(ran.err)) isRefused = true;
      else if (ran.code !== null) over = ran;
    });
  watch();
  while (!over) {
    await pause(500 + choices.below(2000));
    if (isRefused) {
      isRefused = false;
      ended = one.coordinate();
      watch();
      continue;
    }
    if (over || sum() >= KILLS) continue;
    const what = choices.below(8);
    if (what < 4) {
      const at = choices.below(one.workers.length);
      one.workers.splice(at, 1)[0]!.child.kill('SIGKILL');
      one.addWorker();
      killed.workers++;
    } else if (what < 6) {
      one.coordinator!.child.kill('SIGKILL');
      await one.coordinator!.ended;
      if (over) break;
      killed.coordinators++;
      isRefused = false;
      ended = one.coordinate();
      watch();
    } else {
      await server.kill();
      await pause(choices.below(1000));
      await server.start();
      killed.servers++;
    }
    if (sum() === Math.ceil(KILLS / 2)) {
      server.empty();
      killed.emptied++;
    }
  }
  return { killed, ran: over };
}

// What the queue promises is asked of both; on PostgreSQL the whole of it where the suite is thorough.
describe.each([
  ['Redis', () => redisServer('--appendonly', 'yes'), true],
  ['PostgreSQL', () => postgresServer(), THOROUGH],
] as const)('%s', (_, make, isWhole) => {
  let server: Server;
  beforeAll(async () => {
    server = await make();
    servers.push(server);
    await server.start();
  }, 120_000);

  test(
    'three machines find what one process finds, byte for byte',
    async () => {
      const one = cluster(server.url, FEW);
      for (let worker = 0; worker < 3; worker++) one.addWorker();
      await expectSameCorpus(one, await one.coordinate(), FEW);
    },
    LONG,
  );

  test.runIf(isWhole)(
    'so they do when the queue is emptied, and a machine is cut off for longer than its lease',
    async () => {
      const one = cluster(server.url, SHORT);
      const [, slow] = [one.addWorker(), one.addWorker(), one.addWorker()];
      const ended = one.coordinate();
      await pause(3000);
      expect(one.coordinator!.child.exitCode, 'still under way').toBeNull();
      slow!.child.kill('SIGSTOP');
      await pause(1000);
      server.empty();
      await pause(8000);
      slow!.child.kill('SIGCONT');
      await expectSameCorpus(one, await ended, SHORT);
    },
    LONG,
  );

  test(
    `and through ${KILLS} kills of workers, coordinator and server`,
    async () => {
      const one = cluster(server.url, ENDURING);
      const { killed, ran } = await disturbed(one, server, new RandomChoices(SEED, 0));
      expect(killed.workers + killed.coordinators + killed.servers).toBeGreaterThan(0);
      // For whoever runs the long proof, and wants its counts.
      if (process.env.REFUZZ_QUEUE_KILLS) process.stderr.write(`${JSON.stringify(killed)}\n`);
      await expectSameCorpus(one, ran, ENDURING);
    },
    LONG,
  );

  /*
   * The machine is alone when it is cut off, so it has jobs under way. The campaign goes on without it for as long as the cut
   * lasts, however fast that is; what comes after the cut it does alone, so it must have found back.
   */
  test.runIf(isWhole)(
    `and when a machine is cut off for ${PARTITION / 1000} s, in the midst of jobs`,
    async () => {
      const link = await linkTo(server.url);
      links.push(link);
      const one = cluster(server.url, SHORT);
      const far = one.addWorker(link.url);
      let iterations = SHORT;
      let ended = one.coordinate(iterations);
      // It has begun to hear of jobs: the programs, and the code of targets.
      while (link.said < 20_000) await pause(50);
      await pause(1000);
      expect(one.coordinator!.child.exitCode, 'still under way').toBeNull();
      link.cut();
      const cutAt = performance.now();
      const near = [one.addWorker(), one.addWorker()];
      let ran = await ended;
      for (; performance.now() - cutAt < PARTITION; ran = await ended) {
        expect(ran.code, ran.err).toBe(1);
        iterations += SHORT;
        ended = one.coordinate(iterations);
      }
      for (const { child } of near) child.kill('SIGINT');
      for (const { ended: left } of near) expect((await left).out).toMatch(/[1-9]\d* jobs done/);
      link.heal();
      iterations += SHORT;
      ran = await one.coordinate(iterations);
      far.child.kill('SIGINT');
      const { code, out, err } = await far.ended;
      expect(code, err).toBe(0);
      expect(out).toMatch(/[1-9]\d* jobs done/);
      if (process.env.REFUZZ_QUEUE_PARTITION) process.stderr.write(`${iterations} iterations; ${out}`);
      await expectSameCorpus(one, ran, iterations);
    },
    LONG + 10 * PARTITION,
  );

  test.runIf(isWhole)(
    'two campaigns share machines, and a third has its own',
    async () => {
      const [one, other] = [cluster(server.url, FEW), cluster(server.url, FEW, undefined, 8)];
      const apart = cluster(server.url, FEW, 'apart');
      one.addWorker();
      other.addWorker();
      apart.addWorker();
      const ended = await Promise.all([one.coordinate(), other.coordinate(), apart.coordinate()]);
      await expectSameCorpus(one, ended[0], FEW);
      await expectSameCorpus(other, ended[1], FEW, 8);
      await expectSameCorpus(apart, ended[2], FEW);
    },
    LONG,
  );
});
