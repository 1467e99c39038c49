import { type Command, Option } from 'commander';
import { FORMAT_NAMES } from '../../export/format-names.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { BOOTED, refuseBootOptions, withBoot } from '../io/boot-options.ts';
import { type Run, withCode, withTargetFiles } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { fileName, wholeNumber } from '../io/options.ts';
import { reported, withReporters } from '../io/reporting.ts';

/** What can be done with stored cases. */
export function addCaseCommands(program: Command, io: Io, run: Run): void {
  addReplay(program, io, run);
  withCode(
    withTargetFiles(
      program
        .command('show')
        .description('show a case: a column for each thread, a row for each access')
        .argument('<case>', 'case file'),
    ),
  ).action((path: string, options) =>
    run(async () => (await import('./case-commands.ts')).showCommand(path, options, io)),
  );
  addExplain(program, io, run);
  withCode(
    withTargetFiles(
      program
        .command('minimize')
        .description('make a case smaller while its divergence stays; make cases of what a session left')
        .argument('<path>', 'case file; or a state, as .refuzz/campaign: its raw findings become cases')
        .option('--write', 'write the result over the case file instead of printing it')
        .option('--corpus <folder>', 'for a state: where new cases are stored (default: corpus)', fileName),
    ),
  ).action((path: string, options) =>
    run(async () => {
      if (isCaseFile(path)) return (await import('./case-commands.ts')).minimizeCommand(path, options, io);
      return (await import('./finish-command.ts')).finishCommand(path, options, io);
    }),
  );
  addExport(program, io, run);
}

function addExplain(program: Command, io: Io, run: Run): void {
  withCode(
    withTargetFiles(
      program
        .command('explain')
        .description('tell the story of a case or a cause: what the code does, why it matters, what to do')
        .argument(
          '<case or cause>',
          'case file, folder of cases, target/cause, cause, or a target for all of its',
        )
        .option(
          '--corpus <folder>',
          'where causes are looked up (default: corpus, and the one of refuzz)',
          fileName,
        )
        .option('--json', 'as one line of JSON'),
    ),
  ).action((name: string, options) =>
    run(async () => (await import('./explain-command.ts')).explainCommand(name, options, io)),
  );
}

/**
 * Stored cases can be run in three ways:
 *
 *     replay                          by the model
 *     replay --on kernel/booted       in a booted kernel, what differs is printed
 *     kernel run                      the same, and everything is printed
 */
function addReplay(program: Command, io: Io, run: Run): void {
  const replay = program
    .command('replay')
    .description('run stored cases again, twice each; any change of behaviour fails')
    .argument('[path...]', 'case files or folders (default: corpus)')
    .addOption(new Option('--on <subject>', 'run them in a kernel that is booted in QEMU').choices([BOOTED]));
  withReplay(replay)
    .option('--signatures', 'each case that changed, and not only its cause')
    .action((paths: string[], options, command: Command) =>
      run(async () => {
        const where = options.on === BOOTED ? 'booted' : 'model';
        if (where === 'model') refuseBootOptions(command, `--on ${BOOTED}`);
        const { replayCommand } = await import('./replay-command.ts');
        return reported('replay', options, io, (inner) => replayCommand(paths, { ...options, where }, inner));
      }),
    );
}

/** The options of every command that runs stored cases. */
export function withReplay(command: Command): Command {
  return withBoot(
    withCode(
      withTargetFiles(withReporters(command))
        .option(
          '--runs <n>',
          'in a booted kernel: how often a program of several threads runs at most, until it ends as recorded (default: 8192, of a single case 524288)',
          wholeNumber(1, 100_000_000),
        )
        .option('--json', 'end with one line of JSON'),
    ),
  );
}

/** The names are written out here too: `--help` must not load the formats. */
function addExport(program: Command, io: Io, run: Run): void {
  withCode(
    withTargetFiles(
      program
        .command('export')
        .description('write a stand-alone reproducer')
        .argument('<case>', 'case file')
        .addOption(
          new Option('--to <format>', 'what for: Node, C, a kernel, herd7, or a test of your own')
            .choices(FORMAT_NAMES)
            .makeOptionMandatory(),
        )
        .option(
          '-o, --output <path>',
          'where to write it: a file; for kmod and kunit a folder (default: standard output)',
        ),
    ),
  ).action((path: string, options) =>
    run(async () => (await import('./case-commands.ts')).exportCommand(path, options, io)),
  );
}

/** A file that is no raw finding: what is wrong with it is told as of a case. */
function isCaseFile(path: string): boolean {
  return !path.endsWith('.json') && !statsOf(path)?.isDirectory();
}
