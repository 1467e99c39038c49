import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAX_OPS, MAX_THREADS } from '../../fuzz/program/program.ts';
import { MEMORY_MODELS } from '../../targets/target/memory.ts';
import type { Run } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { collect, duration, fileName, wholeNumber } from '../io/options.ts';
import type { ConvertOptions } from './convert-command.ts';

/** `refuzz convert`: from the code as it was to a conversion that is proved. */
export function addConvertCommands(program: Command, io: Io, run: Run): void {
  program
    .command('convert')
    .description(
      'search the conversions of a counter to refcount_t, prove those that are right, write the code',
    )
    .argument('<before>', 'the C source: an object, its counter, and its protocol (REFUZZ_SCHEME)')
    .option('--scope <threads x ops>', 'prove for programs of up to this size', scope, { threads: 2, ops: 2 })
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
    .option(
      '--keep <site=form>',
      'only conversions with this form at a site; may be given several times',
      collect,
    )
    .option('--bias <n>', 'only this bias', wholeNumber(0, 1 << 16))
    .option('--only <which>', 'plain: leave the structure as it is', onlyPlain)
    .option('--explain <site>', 'tell what each form of a site comes to, with the smallest program')
    .option(
      '--time <duration>',
      'how long it may take, as 60s or 2m (default: until one is proved, and 60s for the others)',
      duration,
    )
    .addOption(
      new Option(
        '--memory <model>',
        'kernel: refute also what frees before another thread is done with the object (default: sc, sequentially consistent)',
      ).choices(MEMORY_MODELS),
    )
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
    .option('--limit <n>', 'most states of a program on one side', wholeNumber(1, 100_000_000), 400_000)
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
    .option('--json', 'end with one line of JSON')
    .action((before: string, options) =>
      run(async () => {
        const { convertCommand } = await import('./convert-command.ts');
        const chosen = { ...options, workers: options.workers ?? availableParallelism() } as ConvertOptions;
        return convertCommand(before, chosen, io);
      }),
    );
}

/** `3x2` or `3×2`. */
function scope(text: string): { threads: number; ops: number } {
  const [, threads, ops] = /^(\d)\s*[x×]\s*(\d+)$/.exec(text) ?? [];
  const size = { threads: Number(threads), ops: Number(ops) };
  const fits = size.threads >= 1 && size.threads <= MAX_THREADS && size.ops >= 1 && size.ops <= MAX_OPS;
  if (!fits) throw new InvalidArgumentError('write threads and ops: 2x2 or 3x2.');
  return size;
}

/** There is one kind that can be asked for alone; a word rather than a switch, as of `check` and `audit`. */
function onlyPlain(text: string): 'plain' {
  if (text !== 'plain') throw new InvalidArgumentError('write plain.');
  return text;
}
