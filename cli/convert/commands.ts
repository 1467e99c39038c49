import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import type { Run } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { collect, fileName, wholeNumber } from '../io/options.ts';
import type { ConvertOptions } from './convert-command.ts';
import { SEARCH_DEFAULTS, withSearch } from './search-options.ts';

/** `refuzz convert`: from the code as it was to a conversion that is proved. */
export function addConvertCommands(program: Command, io: Io, run: Run): void {
  const convert = program
    .command('convert')
    .description(
      'search the conversions of a counter to refcount_t, prove those that are right, write the code',
    )
    .argument('<before>', 'the C source: an object, its counter, and its protocol (REFUZZ_SCHEME)')
    .option(
      '--output <file>',
      'write the simplest conversion here (default: after.c beside the source)',
      fileName,
    )
    .option(
      '--repair <after>',
      'a conversion that is wrong: find its smallest change that makes it right',
      fileName,
    )
    .option('--only <which>', 'plain: leave the structure as it is', onlyPlain)
    .option('--explain <site>', 'tell what each form of a site comes to, with the smallest program')
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
    .option(
      '--state <file>',
      'where progress is kept, to continue after an interrupt (default: in .refuzz/)',
      fileName,
    )
    .option(
      '--kernel <path>',
      'a kernel tree or linux-source archive, for refcount_t as it is there',
      fileName,
    )
    .option('--include <folder>', 'where your C may include from; may be given several times', collect)
    .option('--json', 'end with one line of JSON');
  withSearch(convert).action((before: string, options) =>
    run(async () => {
      const { convertCommand } = await import('./convert-command.ts');
      const chosen = {
        ...SEARCH_DEFAULTS,
        ...options,
        workers: options.workers ?? availableParallelism(),
      } as ConvertOptions;
      return convertCommand(before, chosen, io);
    }),
  );
}

/** There is one kind that can be asked for alone; a word rather than a switch, as of `check` and `audit`. */
function onlyPlain(text: string): 'plain' {
  if (text !== 'plain') throw new InvalidArgumentError('write plain.');
  return text;
}
