import type { Command } from 'commander';
import type { Run } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';

/** `refuzz targets` */
export function addTargetCommands(program: Command, io: Io, run: Run): void {
  program
    .command('targets')
    .description('list what there is to test')
    .option('--json', 'as one line of JSON')
    .action((options) => run(async () => (await import('./targets-command.ts')).targetsCommand(options, io)));
}
