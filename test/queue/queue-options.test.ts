import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { casesIn } from '../campaign-folders.ts';
import { refuzz, type Started, startRefuzz } from '../refuzz.ts';
import { linkTo } from './link.ts';
import { postgresServer, redisServer, type Server } from './servers.ts';

/* What users say of a queue, and what they hear: real servers, real processes. */

const root = mkdtempSync(join(tmpdir(), 'refuzz-queue-'));
const servers: Server[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.remove()));
  rmSync(root, { recursive: true, force: true });
});

async function redis(...settings: string[]) {
  const server = await redisServer(...settings);
  servers.push(server);
  await server.start();
  return server;
}

/** A worker that takes jobs while something is done. */
async function withWorker<T>(args: readonly string[], act: (worker: Started) => Promise<T>): Promise<T> {
  const worker = startRefuzz(['worker', '--workers', '2', '--name', 'm1', ...args]);
  try {
    return await act(worker);
  } finally {
    worker.child.kill('SIGINT');
    const { code, out } = await worker.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/\d+ jobs done, \d+ left to others/);
  }
}

/** The line of JSON at the end, without how long it took and where it lies. */
const summary = (out: string, corpus: string) => {
  const text = out.trimEnd().split('\n').at(-1)!.replaceAll(corpus, 'CORPUS');
  return { ...JSON.parse(text), seconds: 0 };
};

describe('a server that is refused', () => {
  test.each([
    [
      ['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'],
      /may evict keys .*config set maxmemory-policy noeviction/,
    ],
    [['--save', ''], /keeps nothing on disk.*config set appendonly yes.*--queue-volatile/],
  ])(
    '%j',
    async (settings, message) => {
      const server = await redis(...settings);
      for (const command of [
        ['worker'],
        ['fuzz', 'canary', '--iterations', '1'],
        ['check', 'canary', '--ops', '1'],
      ]) {
        const { code, err } = await refuzz([...command, '--queue', server.url]);
        expect(code).toBe(2);
        expect(err).toMatch(message);
      }
    },
    60_000,
  );

  test('one that is not there, and one that wants a password: neither is printed', async () => {
    const gone = await refuzz(['worker', '--queue', 'redis://me:s3cret@127.0.0.1:1']);
    expect(gone.code).toBe(2);
    expect(gone.err).toMatch(/^refuzz: redis:\/\/127\.0\.0\.1:1: cannot be used as a queue: .*ECONNREFUSED/);
    const server = await redis('--appendonly', 'yes', '--requirepass', 'r1ght');
    const wrong = await refuzz(['worker', '--queue', server.url.replace('r1ght', 's3cret')]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/cannot be used as a queue: .*(WRONGPASS|invalid)/);
    for (const { out, err } of [gone, wrong]) expect(out + err).not.toMatch(/s3cret|r1ght/);
  }, 60_000);
});

test('a queue is for some commands only', async () => {
  const address = ['--queue', 'redis://127.0.0.1:1'];
  for (const [args, message] of [
    [['fuzz', 'pax', '--engine', 'threads', ...address], /--queue goes with --engine random only/],
    [['check', 'pax', '--program', '0: inc', ...address], /--queue is for scopes and sweeps/],
    [['worker'], /needs --queue/],
    [['worker', '--queue', 'me:s3cret@host'], /is no address of a queue/],
  ] as const) {
    const { code, err } = await refuzz(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/s3cret/);
  }
}, 60_000);

/** A key, and a certificate that nobody but itself vouches for. */
function certificate() {
  const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, ...files], { stdio: 'ignore' });
  return { key, cert };
}

/** A campaign by TLS with a worker: it finds something, and neither of them says the password. */
async function expectSearched(options: readonly string[], cert: string, corpus: string, secret: RegExp) {
  const env = { NODE_EXTRA_CA_CERTS: cert };
  const worker = startRefuzz(['worker', '--workers', '1', ...options], { env });
  const search = ['fuzz', 'canary', '--iterations', '64', '--seed', '1', '--corpus', corpus];
  const campaign = await startRefuzz([...search, ...options], { env }).ended;
  worker.child.kill('SIGINT');
  const worked = await worker.ended;
  expect(campaign.code, campaign.err).toBe(1);
  expect(worked.code, worked.err).toBe(0);
  expect(casesIn(corpus).size).toBeGreaterThan(0);
  for (const { out, err } of [campaign, worked]) expect(out + err).not.toMatch(secret);
}

test('a password in a file, TLS, and a server that keeps nothing but was accepted', async () => {
  const { key, cert } = certificate();
  const tls = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
  const probe = await redisServer();
  const port = String(Number(new URL(probe.url).port));
  await probe.remove();
  const server = await redis('--save', '', '--requirepass', 'p@ss', '--tls-port', port, ...tls);
  const address = join(root, 'address');
  writeFileSync(address, `rediss://:p%40ss@127.0.0.1:${port}\n`, { mode: 0o600 });
  expect(server.url).not.toContain(port);
  const options = ['--queue', `@${address}`, '--queue-volatile', '--queue-name', 'tls'];
  const untrusted = await refuzz(['worker', ...options]);
  expect(untrusted.code).toBe(2);
  expect(untrusted.err).toMatch(/self-signed certificate/);
  await expectSearched(options, cert, join(root, 'tls'), /p@ss|p%40ss/);
}, 120_000);

test('the same with PostgreSQL', async () => {
  const tls = certificate();
  const server = await postgresServer({ password: 'p@ss', tls });
  servers.push(server);
  await server.start();
  const address = join(root, 'postgres-address');
  const options = ['--queue', `@${address}`];
  for (const [url, message] of [
    // It takes none without TLS; nobody vouches for it; and the password is another one.
    [server.url, /cannot be used as a queue: .*(no encryption|pg_hba)/],
    [`${server.url}?sslmode=verify-full`, /cannot be used as a queue: .*self-signed certificate/],
    [
      `${server.url.replace('p%40ss', 'wr0ng')}?sslmode=no-verify`,
      /cannot be used as a queue: .*password authentication failed/,
    ],
  ] as const) {
    writeFileSync(address, `${url}\n`, { mode: 0o600 });
    const { code, out, err } = await refuzz(['worker', ...options]);
    expect(code, err).toBe(2);
    expect(err).toMatch(message);
    expect(out + err).not.toMatch(/p@ss|p%40ss|wr0ng/);
  }
  writeFileSync(address, `${server.url}?sslmode=verify-full\n`, { mode: 0o600 });
  await expectSearched(options, tls.cert, join(root, 'postgres-tls'), /p@ss|p%40ss/);
}, 300_000);

/*
 * While BullMQ looks at the tables of PostgreSQL it has a client to whose errors it does not listen; Node ends a process over
 * that, with the code of a campaign that has found something. And a queue that could not look at them then never looks again.
 */
test('a PostgreSQL that goes while a process begins ends it with a reason', async () => {
  const server = await postgresServer();
  servers.push(server);
  await server.start();
  const codes = new Set<number | null>();
  // On the way to its tables: asked who we are, then what there is, then made.
  for (const most of [50, 420, 700, 1500]) {
    const link = await linkTo(server.url, most);
    const { code, err } = await refuzz(['fuzz', 'canary', '--iterations', '1', '--queue', link.url]);
    await link.close();
    expect(err).not.toMatch(/Unhandled|node:events/);
    expect(err).toMatch(/cannot be used as a queue: /);
    codes.add(code);
  }
  expect([...codes]).toEqual([2]);
}, 300_000);

test('a scope comes to the same on machines, and goes on after a kill', async () => {
  const server = await redis('--appendonly', 'yes');
  const queue = ['--queue', server.url];
  const check = ['check', 'refcount-v4.11', '--threads', '2', '--ops', '1', '--json'];
  const [here, there] = [join(root, 'here'), join(root, 'there')];
  const journal = join(root, 'scope.jsonl');
  const alone = await refuzz([...check, '--corpus', here]);
  await withWorker(queue, async () => {
    const places = ['--corpus', there, '--state', journal];
    const killed = startRefuzz([...check, ...places, ...queue]);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        const lines = readFileSync(journal, { encoding: 'utf8', flag: 'a+' }).split('\n').length;
        if (lines < 20 && killed.child.exitCode === null) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { code, out, err } = await refuzz([...check, ...places, ...queue]);
    expect(code).toBe(1);
    expect(err).toMatch(/of which .* has \d+ already/);
    expect(summary(out, there)).toEqual(summary(alone.out, here));
    expect(casesIn(there)).toEqual(casesIn(here));
  });
}, 300_000);

test('a worker that has not what it needs says how to get it', async () => {
  const hook = join(root, 'without.mjs');
  // Whoever has not installed them: the packages cannot be found.
  writeFileSync(
    hook,
    `import { Module } from 'node:module';
     const resolve = Module._resolveFilename;
     Module._resolveFilename = (name, ...rest) => {
       if (name === 'bullmq') throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
       return resolve(name, ...rest);
     };`,
  );
  for (const [address, packages] of [
    ['redis://127.0.0.1:1', 'bullmq ioredis'],
    ['postgres://127.0.0.1:1/x', 'bullmq pg'],
  ]) {
    const { ended } = startRefuzz(['worker', '--queue', address!], { node: ['--import', hook] });
    const { code, err } = await ended;
    expect(code).toBe(2);
    expect(err).toContain(`npm install ${packages}`);
  }
}, 60_000);
