import { availableParallelism } from 'node:os';
import { type Command, Option, type OptionValues } from 'commander';
import { QUEUE_OPTIONS } from '../../fuzz/engine/options.ts';
import { MAX_OPS, MAX_THREADS } from '../../fuzz/program/program.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { type Run, withCode, withTargetFiles } from '../io/code-options.ts';
import { EXIT, type Io } from '../io/io.ts';
import { withSpecs } from '../io/option-specs.ts';
import { collect, fileName, wholeNumber } from '../io/options.ts';
import { reported, withReporters } from '../io/reporting.ts';
import type { AnswerOptions } from './answer-command.ts';
import type { CheckOptions } from './check-command.ts';

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
      'built-in targets or target files, or one C source; default: every built-in target but the canary',
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
    .option(
      '--never <thing>',
      'what the code never does, by the name in the answer: "equivalent" and "sound" are said without it; repeatable',
      collect,
    )
    .option('--signatures', 'the table of signatures as well, below the causes')
    .option('--json', 'end with one line of JSON')
    .option(
      '--certificate <file>',
      'of "equivalent" or "sound": write what was decided, for refuzz recheck',
      fileName,
    )
    .option(
      '--output <file>',
      'of --program, --case and --sweep: a page with what was found, as HTML',
      fileName,
    )
    .option('--alone', 'ask whether the subject is sound by itself; so does the name of a C source')
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
  withCode(withTargetFiles(withReporters(withSpecs(check, QUEUE_OPTIONS)))).action(
    (targets: string[], options) =>
      run(() => reported('check', options, io, (inner) => runCheck(targets, options, inner))),
  );
  addRecheckCommand(program, io, run);
}

/**
 * Which of the three was asked for. A certificate is written last, by another way than the answer was found, and only where
 * the answer allows one.
 *
 *     --program, --case     one program
 *     one.c, --alone        is it sound by itself?
 *     --sweep               every old value of every op
 *     else                  a scope
 */
async function runCheck(targets: string[], options: OptionValues, io: Io): Promise<number> {
  if (options.output !== undefined && options.program === undefined && !options.case && !options.sweep)
    throw new InputError('command line', '--output goes with --program, --case or --sweep');
  const { queue, program, case: stored, alone, certificate } = options;
  if (certificate !== undefined && options.memory === 'kernel')
    throw new InputError(
      '--certificate',
      'is of sequentially consistent accesses; leave out --memory kernel',
    );
  if (queue !== undefined && [program, stored, alone, certificate].some((given) => given !== undefined))
    throw new InputError(
      'command line',
      '--queue is for scopes and sweeps; --program, --case, --alone and --certificate run on this machine',
    );
  if (options.program !== undefined || options.case !== undefined)
    return (await import('./answer-command.ts')).answerCommand(targets, options as AnswerOptions, io);
  const chosen = { ...options, workers: options.workers ?? availableParallelism() } as CheckOptions;
  const { asksAlone, soundCommand } = await import('./sound-command.ts');
  if (asksAlone(targets, options)) return soundCommand(targets, chosen, io);
  if (queue !== undefined) return checkOnMachines(targets, { ...chosen, queue }, io);
  if (options.sweep) return (await import('./sweep-command.ts')).sweepNamedTargets(targets, chosen, io);
  if (certificate !== undefined) await (await import('./certify-pair.ts')).certifiable(targets, chosen);
  const exit = await (await import('./check-command.ts')).checkCommand(targets, chosen, io);
  if (certificate === undefined || exit !== EXIT.OK) return exit;
  return (await import('./certify-pair.ts')).certifyPair(targets, { ...chosen, certificate }, io);
}

/** A scope or a sweep on other machines. What it is does not change by where it runs. */
async function checkOnMachines(
  targets: readonly string[],
  options: CheckOptions & { readonly queue: string; readonly sweep?: boolean },
  io: Io,
): Promise<number> {
  const { onMachines } = await import('./remote-check.ts');
  const { threads, ops, limit, before, after, kernel, against, sweep } = options;
  const what = [targets, before, after, kernel, against];
  if (sweep) {
    const { sweepNamedTargets } = await import('./sweep-command.ts');
    return onMachines(options, ['sweep', ...what, process.pid], io, (makePool) =>
      sweepNamedTargets(targets, { ...options, makePool }, io),
    );
  }
  const { checkCommand } = await import('./check-command.ts');
  return onMachines(options, ['check', ...what, threads, ops, limit, options.state], io, (makePool) =>
    checkCommand(targets, { ...options, makePool }, io),
  );
}

/** `refuzz recheck`: a certificate, verified by another algorithm. */
function addRecheckCommand(program: Command, io: Io, run: Run): void {
  const recheck = program
    .command('recheck')
    .description('verify a certificate that check has written, schedule by schedule')
    .argument('<certificate>', 'the file')
    .argument('[source]', 'the source of a certificate of soundness, if it lies elsewhere now')
    .option(
      '--schedules <n>',
      'enumerate programs of up to so many schedules',
      wholeNumber(1, 10_000_000),
      2000,
    )
    .option('--samples <n>', 'random schedules of each larger program', wholeNumber(1, 10_000_000), 200)
    .option('--seed <n>', 'of the random schedules', wholeNumber(0, 2 ** 31), 1)
    .option('--json', 'end with one line of JSON');
  withCode(recheck).action((path: string, source: string | undefined, options) =>
    run(async () => (await import('./recheck-command.ts')).recheckCommand(path, source, options, io)),
  );
}
