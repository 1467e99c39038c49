import type { Command } from 'commander';
import { type Run, withCode, withTargetFiles } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { collect, fileName, wholeNumber } from '../io/options.ts';

/*
 * Both commands show the same, and so take the same: a state, a corpus, and where code comes from, without
 * which cases of a kernel or of the user's own C could not be run again.
 */

/** `refuzz report` and `refuzz ui`: what is known, for a browser. */
export function addPageCommands(program: Command, io: Io, run: Run): void {
  withSources(
    program
      .command('report')
      .description('write everything that a state and a corpus hold as one HTML file')
      .option('--output <folder>', 'where index.html is written', fileName, 'refuzz-report'),
  ).action((options) => run(async () => (await import('./report-command.ts')).reportCommand(options, io)));
  withSources(
    program
      .command('ui')
      .description('serve the same to a browser on this machine, and keep it up to date')
      .option('--port <n>', 'the port (default: any that is free)', wholeNumber(0, 65535), 0)
      .option('--host <address>', 'the address of this machine at which it is served', '127.0.0.1'),
  ).action((options) => run(async () => (await import('./ui-command.ts')).uiCommand(options, io)));
}

function withSources(command: Command): Command {
  return withCode(
    withTargetFiles(
      command
        .option('--state <folder>', 'of a campaign (default: .refuzz/campaign, if there is one)', fileName)
        .option('--corpus <folder>', 'the cases (default: corpus, and those of refuzz)', fileName)
        .option(
          '--program <text>',
          'a program of yours on every generation of counters; may be given several times',
          collect,
        ),
    ),
  );
}
