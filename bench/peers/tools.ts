import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../targets/package-root.ts';
import type { Job, Places, Tool } from './tool.ts';

/** Every column, in the order of the tables. */
export function toolsAt(places: Places): readonly Tool[] {
  return [
    ours(places, 'refuzz', 'refuzz.js', 'twin', ['alone', 'together']),
    ours(places, 'refuzz, one thread', 'refuzz.js', 'twin-alone', ['alone']),
    ours(places, 'refuzz, against atomic_t', 'refuzz.js', 'atomic', ['alone', 'together']),
    ours(places, 'fast-check, commands', 'fast-check.js', 'commands', ['alone']),
    ours(places, 'fast-check, schedule as data', 'fast-check.js', 'schedule', ['together']),
    ours(places, 'fast-check, scheduler', 'fast-check.js', 'scheduler', ['together']),
    jsfuzz(places),
    jazzer(places),
    libFuzzer(places),
  ];
}

/** Tools that are among the dependencies. */
function ours(places: Places, name: string, script: string, kind: string, looksFor: Tool['looksFor']): Tool {
  return {
    name,
    looksFor,
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
    looksFor: ['alone', 'together'],
    prepare: () => (existsSync(main) ? compileHarness(compiled) : 'not installed'),
    // It joins the path of the target to the folder it runs in, so an absolute one does not work.
    command: () => ({ file: process.execPath, args: [main, relative(scratch, harnessIn(compiled))] }),
  };
}

function jazzer({ compiled, installed }: Places): Tool {
  const folder = join(installed, 'node_modules', '@jazzer.js', 'core');
  return {
    name: 'Jazzer.js',
    looksFor: ['alone', 'together'],
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
    looksFor: ['alone', 'together'],
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
