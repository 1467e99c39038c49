import { availableParallelism } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { MAX_OPS, MAX_THREADS } from '../fuzz/program/program.ts';
import { version } from '../fuzz/storage/version.ts';
import { InputError } from '../targets/subject/input-error.ts';
import type { Target } from '../targets/target/target.ts';
import { EXIT, type Io } from './io/io.ts';
import { collect, duration, fileName, wholeNumber } from './io/options.ts';
import { BOOTED, withBoot } from './kernel/boot-options.ts';

/** The options that say where C code comes from, for every command that runs targets. */
function withCode(command: Command, ...which: ('kernel' | 'pair')[]): Command {
  if (which.includes('kernel')) {
    command
      .option(
        '--kernel <path>',
        'a kernel tree or linux-source archive: for kernel/refcount, and for your C',
        fileName,
      )
      .option('--against <path>', 'another one, to compare the first with', fileName);
  }
  if (which.includes('pair')) {
    command
      .option('--before <file>', 'a C source: the reference, with --after', fileName)
      .option('--after <file>', 'a C source to compare with it', fileName);
  }
  return command;
}

/**
 * The command line: from argv to an exit code. Commands are loaded when they are called, so that `--help`
 * starts quickly.
 *
 * @param argv without node and the script
 */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.OK;
  const program = build(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  if (error instanceof InputError) {
    io.err(`refuzz: ${error.message}\n`);
    return EXIT.USAGE;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(`${message.startsWith('internal:') ? '' : 'internal: '}${message}\n`);
  if (error instanceof Error && error.stack) io.err(`${error.stack.split('\n').slice(1).join('\n')}\n`);
  io.err('This is a bug in refuzz. Please report it with the command line above.\n');
  return EXIT.INTERNAL;
}

function build(io: Io, setExitCode: (code: number) => void): Command {
  const program = new Command('refuzz')
    .description('Fuzzes and differentially tests reference counters.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(--help lists what there is)')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing new, 1 a new divergence or a replay that changed, 2 wrong usage or input,\n3 undecided or nothing executed, 70 internal error, 130 interrupted.',
    );

  const fuzz = withCode(
    program
      .command('fuzz')
      .description('search for divergences: random programs under random schedules')
      .argument(
        '[target...]',
        'built-in targets or target files; default: every built-in target but the canary',
      )
      .option(
        '--time <duration>',
        'stop after this long, e.g. 60s, 10m (default: 60s unless --iterations is given)',
        duration,
      )
      .option(
        '--iterations <n>',
        'stop after this many iterations of each target',
        wholeNumber(0, Number.MAX_SAFE_INTEGER),
      )
      .option(
        '--seed <n>',
        'where the random choices start (default: drawn, and printed)',
        wholeNumber(0, Number.MAX_SAFE_INTEGER),
      )
      .option('--corpus <folder>', 'known cases are read here, new ones written (default: corpus)', fileName)
      .option(
        '--max-threads <n>',
        'most threads of a program (default: what the target says)',
        wholeNumber(1, MAX_THREADS),
      )
      .option('--max-ops <n>', 'most ops of a thread', wholeNumber(1, MAX_OPS), MAX_OPS)
      .addOption(
        new Option(
          '--engine <name>',
          'random: programs under schedules; threads: counters on real threads; kernel: counters in a booted kernel; jsfuzz: guided by coverage of code',
        )
          .choices(['random', 'threads', 'kernel', 'jsfuzz'])
          .default('random'),
      )
      .option(
        '--until-new <n>',
        'stop after this many new signatures',
        wholeNumber(1, Number.MAX_SAFE_INTEGER),
      )
      .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
      .addOption(
        new Option('--watchdog <duration>', 'replace a worker without progress for so long')
          .argParser(duration)
          .default(60_000, '60s'),
      )
      .option('--no-feedback', 'draw every program anew, instead of mutating those that did something new')
      .option(
        '--state <folder>',
        'where the campaign is kept (default: .refuzz/campaign; of the engines threads and kernel: .refuzz/threads, .refuzz/kernel; of jsfuzz: .refuzz)',
        fileName,
      )
      .option('--resume', 'go on with the campaign that is kept there')
      .option('--program <text>', 'with --engine threads or kernel: race this one program, "0: inc | read"')
      .option('--json', 'end with one line of JSON'),
    'kernel',
    'pair',
  );
  withBoot(fuzz).action(async (targets: string[], options, command: Command) => {
    const { refuseBootOptions, refuseUseless } = await import('./fuzz/engine-options.ts');
    refuseUseless(options.engine, command);
    if (options.engine !== 'kernel') refuseBootOptions(command, '--engine kernel');
    if (options.engine === 'kernel') {
      const { kernelFuzzCommand } = await import('./fuzz/kernel-fuzz-command.ts');
      const isAsked = command.getOptionValueSource('watchdog') === 'cli';
      setExitCode(
        await kernelFuzzCommand(targets, isAsked ? options : { ...options, watchdog: undefined }, io),
      );
      return;
    }
    if (options.engine === 'jsfuzz') {
      const { jsfuzzCommand } = await import('./fuzz/jsfuzz-command.ts');
      setExitCode(await jsfuzzCommand(targets, options, io));
      return;
    }
    if (options.engine === 'threads') {
      const { threadsCommand } = await import('./fuzz/threads-command.ts');
      setExitCode(await threadsCommand(targets, options, io));
      return;
    }
    const { fuzzCommand } = await import('./fuzz/fuzz-command.ts');
    setExitCode(await fuzzCommand(targets, options, io));
  });

  program
    .command('status')
    .description('how a campaign stands, from another shell')
    .option('--state <folder>', 'where the campaign is kept (default: .refuzz/campaign)', fileName)
    .option('--json', 'as one line of JSON')
    .action(async (options) => {
      const { statusCommand } = await import('./fuzz/status-command.ts');
      setExitCode(statusCommand(options, io));
    });

  withCode(
    program
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
        'where progress is kept, to go on after an interrupt (default: in .refuzz/)',
        fileName,
      )
      .option('--json', 'end with one line of JSON')
      .option('--sweep', 'run every one of the 2^32 old values through every op of a counter instead')
      .addOption(
        new Option(
          '--program <text>',
          'decide this one program: "1: inc_not_zero, dec_and_test | dec"',
        ).conflicts(['sweep', 'case', 'state']),
      )
      .addOption(
        new Option('--case <file>', 'decide the program of a stored case').conflicts(['sweep', 'state']),
      )
      .option('--target-file <file>', 'the file of the target that --case names', collect),
    'kernel',
    'pair',
  ).action(async (targets: string[], options) => {
    if (options.program !== undefined || options.case !== undefined) {
      const { answerCommand } = await import('./check/answer-command.ts');
      setExitCode(await answerCommand(targets, options, io));
      return;
    }
    const workers = options.workers ?? availableParallelism();
    if (options.sweep) {
      const { sweepCommand } = await import('./check/sweep-command.ts');
      const { chooseTargets } = await import('./target/find-target.ts');
      const { knownSignatures } = await import('./target/known-signatures.ts');
      const known = (target: Target) => new Set(knownSignatures(options.corpus, target).known.keys());
      // Without names: what can be swept.
      const chosen = (await chooseTargets(targets, options)).filter(
        ({ target }) => targets.length > 0 || target.subject.kind === 'counter',
      );
      setExitCode(await sweepCommand(chosen, { ...options, workers, known }, io));
      return;
    }
    const { checkCommand } = await import('./check/check-command.ts');
    setExitCode(await checkCommand(targets, { ...options, workers }, io));
  });

  const replay = withCode(
    program
      .command('replay')
      .description('run stored cases again, twice each; any change of behaviour fails')
      .argument('[path...]', 'case files or folders (default: corpus)')
      .option(
        '--target-file <file>',
        'a target file that cases may name; may be given several times',
        collect,
      )
      .addOption(
        new Option('--on <subject>', 'run them in a kernel that is booted in QEMU').choices([BOOTED]),
      )
      .option(
        '--runs <n>',
        'with --on: how often a program of several threads is run (default: 8192)',
        wholeNumber(1, 100_000_000),
      )
      .option('--json', 'end with one line of JSON'),
    'kernel',
    'pair',
  );
  withBoot(replay).action(async (paths: string[], options, command: Command) => {
    if (options.on === BOOTED) {
      const { bootedReplayCommand } = await import('./case/booted-replay-command.ts');
      setExitCode(await bootedReplayCommand(paths, options, io, false));
      return;
    }
    const { refuseBootOptions } = await import('./fuzz/engine-options.ts');
    refuseBootOptions(command, `--on ${BOOTED}`);
    const { replayCommand } = await import('./case/replay-command.ts');
    setExitCode(await replayCommand(paths, options, io));
  });

  withCode(
    program
      .command('show')
      .description('show a case: a column per thread, a row per access')
      .argument('<case>', 'case file')
      .option('--target-file <file>', 'the file of a target of your own', collect),
    'kernel',
    'pair',
  ).action(async (path: string, options) => {
    const { showCommand } = await import('./case/case-commands.ts');
    setExitCode(await showCommand(path, options, io));
  });

  withCode(
    program
      .command('minimize')
      .description('make a case smaller while its divergence stays')
      .argument('<case>', 'case file')
      .option('--write', 'write the result over the case file instead of printing it')
      .option('--target-file <file>', 'the file of a target of your own', collect),
    'kernel',
    'pair',
  ).action(async (path: string, options) => {
    const { minimizeCommand } = await import('./case/case-commands.ts');
    setExitCode(await minimizeCommand(path, options, io));
  });

  withCode(
    program
      .command('export')
      .description('write a stand-alone reproducer')
      .argument('<case>', 'case file')
      .addOption(
        new Option('--to <format>', 'what for: Node, C, a kernel, herd7, or a test of your own')
          .choices(['mjs', 'c', 'kmod', 'kunit', 'litmus', 'vitest'])
          .makeOptionMandatory(),
      )
      .option(
        '-o, --output <path>',
        'where to write it: a file; for kmod and kunit a folder (default: standard output)',
      )
      .option('--target-file <file>', 'the file of a target of your own', collect),
    'kernel',
    'pair',
  ).action(async (path: string, options) => {
    const { exportCommand } = await import('./case/case-commands.ts');
    setExitCode(await exportCommand(path, options, io));
  });

  program
    .command('corpus')
    .description('what a campaign keeps')
    .command('reduce')
    .description('leave a campaign the fewest programs that show all that its kept ones show')
    .option('--state <folder>', 'where the campaign is kept (default: .refuzz/campaign)', fileName)
    .action(async (options) => {
      const { reduceCommand } = await import('./fuzz/corpus-command.ts');
      setExitCode(await reduceCommand(options, io));
    });

  const kernel = program
    .command('kernel')
    .description('a real kernel, booted in QEMU: see docs/real-kernel.md');

  withBoot(
    withCode(
      kernel
        .command('run')
        .description('run stored cases in it, and show what it does')
        .argument('[case...]', 'case files or folders (default: corpus)')
        .option(
          '--target-file <file>',
          'a target file that cases may name; may be given several times',
          collect,
        )
        .option(
          '--runs <n>',
          'how often a program of several threads is run (default: 8192)',
          wholeNumber(1, 100_000_000),
        )
        .option('--json', 'end with one line of JSON'),
      'kernel',
      'pair',
    ),
  ).action(async (paths: string[], options) => {
    const { bootedReplayCommand } = await import('./case/booted-replay-command.ts');
    setExitCode(await bootedReplayCommand(paths, options, io, true));
  });

  withBoot(
    kernel
      .command('load')
      .description('insert modules into it, one after another, and print what it logs')
      .argument('<module...>', 'files that end with .ko, built against its headers')
      .option('--watchdog <duration>', 'end a guest that is silent for so long (default: 60s)', duration)
      .option('--json', 'as one line of JSON'),
  ).action(async (paths: string[], options) => {
    const { loadCommand } = await import('./kernel/kernel-command.ts');
    setExitCode(await loadCommand(paths, options, io));
  });

  withBoot(
    kernel
      .command('doctor')
      .description('what it takes to boot one, and the command that installs what is missing'),
  ).action(async (options) => {
    const { doctorCommand } = await import('./kernel/kernel-command.ts');
    setExitCode(doctorCommand(options, io));
  });

  program
    .command('targets')
    .description('list what there is to test')
    .option('--json', 'as one line of JSON')
    .action(async (options) => {
      const { targetsCommand } = await import('./target/targets-command.ts');
      setExitCode(targetsCommand(options, io));
    });
  return program;
}
