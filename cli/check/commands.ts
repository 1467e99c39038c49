import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { MAX_OPS, MAX_THREADS } from '../../fuzz/program/program.ts';
import { type Run, withCode, withTargetFiles } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { fileName, wholeNumber } from '../io/options.ts';

/**
 * `refuzz check`: programs up to a size, one program, or every value. Three commands behind one name: by `--program` or
 * `--case`, by `--sweep`, or by neither.
 */
export function addCheckCommands(program: Command, io: Io, run: Run): void {
  const check = program
    .command('check')
    .description('decide every program up to a size, under every schedule')
    .argument(
      '[target...]',
      'built-in targets or target files; default: every built-in target but the canary',
    )
    .option('--threads <n>', 'most threads of a program (default: 2)', wholeNumber(1, MAX_THREADS))
    .option('--ops <n>', 'most ops of a thread', wholeNumber(1, MAX_OPS), 2)
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
    .option('--limit <n>', 'most states of a program on one side', wholeNumber(1, 100_000_000), 400_000)
    .option('--corpus <folder>', 'known cases are read here, new ones written (default: corpus)', fileName)
    .option(
      '--state <file>',
      'where progress is kept, to continue after an interrupt (default: in .refuzz/)',
      fileName,
    )
    .option('--json', 'end with one line of JSON')
    .addOption(
      new Option('--changelog', 'print the paragraph for a commit message instead of the answer').conflicts([
        'sweep',
        'program',
        'case',
      ]),
    )
    .option('--sweep', 'run every one of the 2^32 old values through every op of a counter instead')
    .addOption(
      new Option(
        '--program <text>',
        'decide this one program: "1: inc_not_zero, dec_and_test | dec"',
      ).conflicts(['sweep', 'case', 'state']),
    )
    .addOption(
      new Option('--case <file>', 'decide the program of a stored case').conflicts(['sweep', 'state']),
    );
  withCode(withTargetFiles(check)).action((targets: string[], options) =>
    run(async () => {
      if (options.program !== undefined || options.case !== undefined)
        return (await import('./answer-command.ts')).answerCommand(targets, options, io);
      const chosen = { ...options, workers: options.workers ?? availableParallelism() };
      if (options.sweep) return (await import('./sweep-command.ts')).sweepNamedTargets(targets, chosen, io);
      return (await import('./check-command.ts')).checkCommand(targets, chosen, io);
    }),
  );
}
