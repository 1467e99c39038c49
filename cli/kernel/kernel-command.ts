import { moduleResults, testsLine } from '../../export/results/module-results.ts';
import { diagnose, findInstallation, installCommand } from '../../targets/booted/installation.ts';
import { loadModules } from '../../targets/booted/load-modules.ts';
import type { BootFlags } from '../io/boot-options.ts';
import { EXIT, type Io } from '../io/io.ts';

/** Virtual processors; and milliseconds of silence after which the guest is given up. */
const LOAD_CPUS = 2;
const LOAD_PATIENCE = 60_000;

/**
 * `refuzz kernel doctor`: what of it there is, and the command that installs the rest.
 *
 * @returns 0 when a kernel can be booted, 2 when something is missing
 */
export function doctorCommand(flags: BootFlags, io: Io): number {
  const parts = diagnose(flags);
  const missing = parts.filter(({ path }) => path === undefined);
  const width = Math.max(...parts.map(({ what }) => what.length));
  for (const { what, path, remedy } of parts) {
    const found = path ?? `${io.style.red('missing')}: ${remedy}`;
    io.out(`${what.padEnd(width)}  ${found}\n`);
  }
  if (missing.length === 0) {
    io.out('A kernel can be booted.\n');
    return EXIT.OK;
  }
  const command = installCommand(missing);
  if (command !== undefined) io.out(`Run as root: ${command}\n`);
  return EXIT.USAGE;
}

/** Options of `refuzz kernel load`. */
export interface LoadOptions extends BootFlags {
  /** Milliseconds. */
  readonly watchdog?: number;
  readonly json?: boolean;
}

/**
 * `refuzz kernel load`: boots, inserts modules, and prints what the kernel logged at each. A module that insmod refuses
 * does not end the session: the ones after it are still inserted.
 *
 * A module may be a suite of KUnit: the KTAP that it logs is read, and told test by test. The exit code is about inserting:
 * a reproducer whose test fails does what it is for.
 *
 * @returns 0 when all were inserted, 1 when one was refused or the guest died
 */
export async function loadCommand(paths: readonly string[], options: LoadOptions, io: Io): Promise<number> {
  const end = await loadModules(findInstallation(options), paths, {
    cpus: options.cpus ?? LOAD_CPUS,
    patience: options.watchdog ?? LOAD_PATIENCE,
  });
  io.tell(() => end.modules.flatMap(moduleResults));
  if (options.json) io.out(`${JSON.stringify(end)}\n`);
  else {
    for (const { path, exitCode, log } of end.modules) {
      const how =
        exitCode === undefined ? 'no answer' : exitCode === 0 ? 'inserted' : `insmod failed (${exitCode})`;
      io.out(`${io.style.bold(path)}: ${how}\n${log.map((line) => `  ${line}\n`).join('')}`);
      const tests = testsLine(log);
      if (tests !== undefined) io.out(`  ${tests}\n`);
    }
  }
  if (end.failure) {
    io.err(`refuzz: the guest did not finish (${end.failure.how}); its console:\n`);
    io.err(`${end.failure.log.map((line) => `  ${line}`).join('\n')}\n`);
    return EXIT.FOUND;
  }
  return end.modules.every(({ exitCode }) => exitCode === 0) ? EXIT.OK : EXIT.FOUND;
}
