import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that a test has started for itself, on a port and in a folder of its own. */
export interface Server {
  readonly url: string;
  /** Starts it, and again after `kill`: what it kept on disk is there again. */
  start(): Promise<void>;
  /** As a loss of power ends it. */
  kill(): Promise<void>;
  /** Empties it while it runs. */
  empty(): void;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come`);
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const gone = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** @param settings of its command line: `--appendonly yes` */
export async function redisServer(
  ...settings: string[]
): Promise<Server & { cli(...words: string[]): string }> {
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const at = settings.indexOf('--requirepass');
  const password = at < 0 ? undefined : settings[at + 1];
  const cliArgs = [
    '-p',
    String(port),
    ...(password === undefined ? [] : ['--no-auth-warning', '-a', password]),
  ];
  const cli = (...words: string[]) => execFileSync('redis-cli', [...cliArgs, ...words], { encoding: 'utf8' });
  const kill = async () => {
    child?.kill('SIGKILL');
    if (child) await gone(child);
  };
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    cli,
    async start() {
      const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
      child = spawn('redis-server', [...own, ...settings], { stdio: 'ignore' });
      await until(() => succeeds('redis-cli', [...cliArgs, 'ping']), 'redis-server');
    },
    kill,
    empty: () => void cli('flushall'),
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where Debian has the server's programs, which are not on the PATH. */
function postgresPrograms(): string {
  const versions = '/usr/lib/postgresql';
  const newest = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0]
    : undefined;
  if (newest === undefined) throw new Error('PostgreSQL is missing: apt-get install postgresql');
  return join(versions, newest, 'bin');
}

/**
 * It refuses to be root's: then it is the user's that Debian has made for it.
 *
 * @param asked `password`: of its only user, who is let in without one otherwise; `tls`: it takes no connection without
 */
export async function postgresServer({
  password,
  tls,
}: {
  readonly password?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
} = {}): Promise<Server & { sql(text: string): string }> {
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-postgres-'));
  const programs = postgresPrograms();
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const as = (program: string, args: readonly string[]): [string, string[]] =>
    isRoot
      ? [
          'setpriv',
          ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs, program), ...args],
        ]
      : [join(programs, program), [...args]];
  const data = join(folder, 'data');
  chmodSync(folder, 0o755);
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  const secret = join(folder, 'secret');
  writeFileSync(secret, `${password ?? ''}\n`);
  const auth = password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${secret}`];
  execFileSync(...as('initdb', ['-D', data, '-U', 'refuzz', ...auth, '--no-sync']), { stdio: 'ignore' });
  const settings: string[] = [];
  if (tls) {
    // The key must be its own, and nobody else's.
    for (const [name, file] of [
      ['server.key', tls.key],
      ['server.crt', tls.cert],
    ] as const) {
      copyFileSync(file, join(data, name));
      if (isRoot) execFileSync('chown', ['postgres', join(data, name)]);
      chmodSync(join(data, name), 0o600);
    }
    settings.push('-c', 'ssl=on');
    // The rule that lets everybody in without is gone.
    writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  }
  let child: ChildProcess | undefined;
  const connect = ['-h', '127.0.0.1', '-p', String(port), '-U', 'refuzz', 'postgres'];
  const env = { ...process.env, ...(password !== undefined && { PGPASSWORD: password }) };
  const psql = (...words: string[]) =>
    execFileSync(join(programs, 'psql'), [...connect, ...words], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const sql = (text: string) => psql('-qAtc', text);
  const kill = async () => {
    child?.kill('SIGKILL');
    if (child) await gone(child);
    // Its children end when they see that it is gone, and nobody may start it again before.
    await until(
      () => !existsSync(join(data, 'postmaster.pid')) || !succeeds('pgrep', ['-f', data]),
      'the end',
    );
  };
  return {
    url: `postgres://refuzz${password === undefined ? '' : `:${encodeURIComponent(password)}`}@127.0.0.1:${port}/postgres`,
    sql,
    async start() {
      rmSync(join(data, 'postmaster.pid'), { force: true });
      const own = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
      child = spawn(...as('postgres', [...own, ...settings]), { stdio: 'ignore' });
      await until(() => {
        try {
          return psql('-qAtc', 'select 1') === '1\n';
        } catch {
          return false;
        }
      }, 'postgres');
    },
    kill,
    empty() {
      const tables = sql(
        "select tablename from pg_tables where schemaname = 'refuzz' and tablename like '%job%'",
      );
      for (const table of tables.split('\n').filter((name) => name !== ''))
        sql(`truncate refuzz."${table}" cascade`);
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
