import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../targets/subject/package-root.ts';
import type { Job, Places, Tool } from './tool.ts';

/** Every column, in the order of the tables. */
export function toolsAt(places: Places): readonly Tool[] {
  const refuzz = (name: string, kind: string) => ours(places, name, 'refuzz.js', kind);
  const fastCheck = (name: string, kind: string) =>
    ours(places, `fast-check, ${name}`, 'fast-check.js', kind);
  return [
    { ...refuzz('refuzz', 'twin'), looksFor: ['alone', 'together'], speedIn: { together: 'programs' } },
    { ...refuzz('refuzz, threads: 1', 'twin-alone'), looksFor: ['alone'], speedIn: { alone: 'op pairs' } },
    {
      ...refuzz('refuzz, against atomic_t', 'atomic'),
      looksFor: ['alone', 'together'],
      speedIn: { together: 'programs' },
    },
    { ...fastCheck('commands', 'commands'), looksFor: ['alone'], speedIn: { alone: 'op pairs' } },
    { ...fastCheck('schedule as data', 'schedule'), looksFor: ['together'], speedIn: { together: 'ops' } },
    { ...fastCheck('scheduler', 'scheduler'), looksFor: ['together'], speedIn: { together: 'ops' } },
    jsfuzz(places),
    jazzer(places),
    libFuzzer(places),
  ];
}

/** What the tools that make bytes have in common. */
const OVER_BYTES = {
  looksFor: ['alone', 'together'],
  speedIn: { alone: 'op pairs', together: 'ops' },
} as const;

/** Tools that are among the dependencies. */
function ours(
  places: Places,
  name: string,
  script: string,
  kind: string,
): Omit<Tool, 'looksFor' | 'speedIn'> {
  return {
    name,
    prepare: () => undefined,
    command: ({ seed }) => ({
      file: process.execPath,
      args: [join(places.compiled, 'tools', script), kind, String(seed)],
    }),
  };
}

function jsfuzz({ compiled, installed, scratch }: Places): Tool {
  const main = join(installed, 'node_modules', 'jsfuzz', 'build', 'src', 'index.js');
  return {
    name: 'jsfuzz',
    ...OVER_BYTES,
    prepare: () => (existsSync(main) ? compileHarness(compiled) : 'not installed'),
    // It joins the path of the target to the folder it runs in, so an absolute one does not work.
    command: () => ({ file: process.execPath, args: [main, relative(scratch, harnessIn(compiled))] }),
  };
}

function jazzer({ compiled, installed }: Places): Tool {
  const folder = join(installed, 'node_modules', '@jazzer.js', 'core');
  return {
    name: 'Jazzer.js',
    ...OVER_BYTES,
    prepare: () => {
      if (!existsSync(folder)) return 'not installed';
      const load = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(folder)})`], {
        encoding: 'utf8',
      });
      if (load.status === 0) return compileHarness(compiled);
      const missing = /version `[^']+' not found/.exec(load.stderr)?.[0];
      return `does not load: ${missing ?? /^\w*Error: .*/m.exec(load.stderr)?.[0] ?? 'no message'}`;
    },
    command: ({ seed }) => ({
      file: process.execPath,
      args: [join(folder, 'dist', 'cli.js'), harnessIn(compiled), '--sync', '--', `-seed=${seed}`],
    }),
  };
}

function libFuzzer({ written, scratch }: Places): Tool {
  const binaryOf = ({ mutant, shows }: Job) => join(scratch, `${shows}-${mutant}`);
  const compile = (job: Job) => {
    const macro = `-DMUTANT_${job.mutant.toUpperCase().replaceAll('-', '_')}`;
    const source = join(written, 'c', `${job.shows}.c`);
    const args = ['-O2', '-fwrapv', '-fsanitize=fuzzer', macro, '-o', binaryOf(job), source];
    return spawnSync('clang', args, { encoding: 'utf8' });
  };
  return {
    name: 'libFuzzer',
    ...OVER_BYTES,
    prepare: () => {
      const { error, status, stderr } = compile({ mutant: 'sound', shows: 'alone', seed: 0 });
      if (error) return 'not installed: there is no clang';
      return status === 0 ? undefined : `clang cannot link it: ${stderr.trim().split('\n')[0]}`;
    },
    command: (job) => {
      if (!existsSync(binaryOf(job))) {
        const { status, stderr } = compile(job);
        if (status !== 0) throw new Error(`clang: ${stderr}`);
      }
      return { file: binaryOf(job), args: [`-seed=${job.seed}`, `-artifact_prefix=${scratch}/`] };
    },
  };
}

/** The harness that makes ops of bytes, and the counters, as CommonJS: jsfuzz instruments nothing else. */
function compileHarness(compiled: string): undefined | string {
  if (existsSync(join(compiled, 'commonjs', 'package.json'))) return undefined;
  const root = packageRoot();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'bench', 'peers', 'tsconfig.commonjs.json');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  if (status !== 0) return `its harness does not compile: ${stdout.split('\n')[0]}`;
  writeFileSync(join(compiled, 'commonjs', 'package.json'), '{ "type": "commonjs" }\n');
  return undefined;
}

function harnessIn(compiled: string): string {
  return join(compiled, 'commonjs', 'bench', 'peers', 'tools', 'bytes-harness.js');
}
