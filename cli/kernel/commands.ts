import type { Command } from 'commander';
import { withReplay } from '../case/commands.ts';
import { withBoot } from '../io/boot-options.ts';
import type { Run } from '../io/code-options.ts';
import { BISECT_STEP } from '../io/git-exit.ts';
import type { Io } from '../io/io.ts';
import { duration, fileName } from '../io/options.ts';
import { reported, withReporters } from '../io/reporting.ts';

/**
 * A real kernel, booted in QEMU. `kernel run` is `replay --on kernel/booted` with everything printed, so it has the
 * options of `replay`.
 */
export function addKernelCommands(program: Command, io: Io, run: Run): void {
  addBisect(program, io, run);
  addBisectStep(program, io, run);
  const kernel = program
    .command('kernel')
    .description('a real kernel, booted in QEMU: see docs/real-kernel.md');
  withReplay(
    kernel
      .command('run')
      .description('run stored cases in it, and show what it does')
      .argument('[case...]', 'case files or folders (default: corpus)'),
  ).action((paths: string[], options) =>
    run(async () => {
      const { replayCommand } = await import('../case/replay-command.ts');
      return reported('kernel run', options, io, (inner) =>
        replayCommand(paths, { ...options, where: 'shown' }, inner),
      );
    }),
  );
  const load = withBoot(
    kernel
      .command('load')
      .description('insert modules into it, one after another, and print what it logs')
      .argument('<module...>', 'files that end with .ko, built against its headers')
      .option('--watchdog <duration>', 'end a guest that is silent for so long (default: 60s)', duration)
      .option('--json', 'as one line of JSON'),
  );
  withReporters(load).action((paths: string[], options) =>
    run(async () => {
      const { loadCommand } = await import('./kernel-command.ts');
      return reported('kernel load', options, io, (inner) => loadCommand(paths, options, inner));
    }),
  );
  withBoot(
    kernel
      .command('doctor')
      .description('what it takes to boot one, and the command that installs what is missing'),
  ).action((options) => run(async () => (await import('./kernel-command.ts')).doctorCommand(options, io)));
}

/** Behind `--` stands what is asked: options there are not those of `bisect`. */
function addBisect(program: Command, io: Io, run: Run): void {
  program
    .command('bisect')
    .description("find the revision of a kernel's git repository that brought a divergence")
    .usage('--kernel <repo> --good <rev> --bad <rev> [-- <case or arguments of check>]')
    .argument('[asked...]', 'case files, or targets and sizes to check (default: kernel-vs-model --ops 1)')
    .requiredOption('--kernel <repo>', 'a git repository of a kernel; nothing is checked out', fileName)
    .requiredOption('--good <rev>', 'a revision without the divergence')
    .requiredOption('--bad <rev>', 'a later one with it')
    .option('--first-parent', 'of a merge follow only the first parent: which merge brought it')
    .option('--json', 'end with one line of JSON')
    .action((args: string[], options) =>
      run(async () => (await import('./bisect-command.ts')).bisectCommand(args, options, io)),
    );
}

/** For a bisection that `git bisect` drives: its exit codes are those of `git bisect run`. */
function addBisectStep(program: Command, io: Io, run: Run): void {
  program
    .command(BISECT_STEP)
    .description('for `git bisect run`: is the tree that is checked out good or bad?')
    .usage('[--good <rev>] [--bad <rev>] [-- <case or arguments of check>]')
    .argument('[asked...]', 'case files, or targets and sizes to check (default: kernel-vs-model --ops 1)')
    .option('--kernel <tree>', "a kernel's working tree", fileName, '.')
    .option('--good <rev>', 'what this revision shows does not count')
    .option('--bad <rev>', 'only what this revision shows counts')
    .addHelpText(
      'after',
      '\nExit codes: 0 good, 1 bad, 125 skip: it does not compile, or has no refcount_t; 128 and more end the bisection.',
    )
    .action((args: string[], options) =>
      run(async () => (await import('./bisect-step.ts')).bisectStepCommand(args, options, io)),
    );
}
