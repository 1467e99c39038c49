import type { Command } from 'commander';
import type { Run } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { wholeNumber } from '../io/options.ts';

/** `refuzz litmus`: the kernel's litmus tests, under the kernel's memory model. */
export function addLitmusCommands(program: Command, io: Io, run: Run): void {
  program
    .command('litmus')
    .description("decide litmus tests under the kernel's memory model: Never, Sometimes or Always")
    .argument('<file...>', "litmus tests in C, in the dialect of the kernel's tools/memory-model")
    .option('--limit <n>', 'most states of a test', wholeNumber(1, 100_000_000), 1_000_000)
    .option('--json', 'a line of JSON for each test instead of text')
    .action((files: string[], options) =>
      run(async () => (await import('./litmus-command.ts')).litmusCommand(files, options, io)),
    );
}
