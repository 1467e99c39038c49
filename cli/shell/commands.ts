import { Argument, type Command } from 'commander';
import type { Run } from '../io/code-options.ts';
import { EXIT, type Io } from '../io/io.ts';

/** The shells that have a completion. */
const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * `refuzz completion`. It describes the program that it is a part of, so what a shell offers is what this very version takes.
 * Targets are written into the script: a shell that asked refuzz at each key would take a tenth of a second for it.
 */
export function addShellCommands(program: Command, io: Io, run: Run): void {
  program
    .command('completion')
    .description('print what a shell needs to complete commands, options, targets and files')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) =>
      run(async () => {
        const { modelOf } = await import('./command-model.ts');
        const { builtInFiles, nameOf } = await import('../../targets/target/built-in-targets.ts');
        const completion = {
          bash: async () => (await import('./bash.ts')).bashCompletion,
          zsh: async () => (await import('./zsh.ts')).zshCompletion,
          fish: async () => (await import('./fish.ts')).fishCompletion,
        }[shell];
        io.data((await completion())(modelOf(program), builtInFiles().map(nameOf)));
        return EXIT.OK;
      }),
    );
}
