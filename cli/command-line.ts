import { Command, CommanderError } from 'commander';
import { plainStyle } from '../export/show/style.ts';
import { version } from '../fuzz/storage/version.ts';
import { onCompilerWarnings } from '../targets/c/build/compiler-warnings.ts';
import { onFirstTimeWork } from '../targets/c/build/first-time-work.ts';
import { InputError } from '../targets/subject/input-error.ts';
import { addAuditCommands } from './audit/commands.ts';
import { addCaseCommands } from './case/commands.ts';
import { addCheckCommands } from './check/commands.ts';
import { addConvertCommands } from './convert/commands.ts';
import { addFuzzCommands } from './fuzz/commands.ts';
import { type Run, withBareOnly } from './io/code-options.ts';
import { addExamples } from './io/examples.ts';
import { failureCode } from './io/git-exit.ts';
import { atBorder, EXIT, type Io, type Streams } from './io/io.ts';
import { waitingNotes } from './io/waiting-notes.ts';
import { addKernelCommands } from './kernel/commands.ts';
import { addLitmusCommands } from './litmus/commands.ts';
import { addPageCommands } from './page/commands.ts';
import { addShellCommands } from './shell/commands.ts';
import { addTargetCommands } from './target/commands.ts';

/** The same numbers as EXIT, for `--help` and the manual. */
export const EXIT_CODES = [
  [EXIT.OK, 'nothing new'],
  [EXIT.FOUND, 'a new divergence or a replay that changed'],
  [EXIT.USAGE, 'wrong usage or input'],
  [EXIT.UNDECIDED, 'undecided or nothing executed'],
  [EXIT.INTERNAL, 'internal error'],
  [EXIT.UNWRITTEN, 'results not written'],
  [EXIT.INTERRUPTED, 'interrupted'],
] as const;

/** In two lines. */
function exitCodesText(): string {
  const said = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`);
  return `\nExit codes: ${said.slice(0, 3).join(', ')},\n${said.slice(3).join(', ')}.`;
}

/**
 * The command line: from argv to an exit code. The rooms below define their commands; what carries them out is loaded
 * when it is called, so that `--help` starts quickly.
 *
 *     an action returns              its exit code
 *     commander throws               0 for --help and --version, else 2
 *     InputError                     2, with its message
 *     anything else                  70, with the stack: a bug of refuzz
 *
 * @param streams where it writes; nothing else is written to
 * @returns what the process exits with; errors become exit codes
 * @param argv without node and the script
 */
export async function runCommandLine(argv: readonly string[], streams: Streams): Promise<number> {
  const io = atBorder(streams);
  let exitCode: number = EXIT.OK;
  const told = new Set<string>();
  // A command may compile a source twice, and a user need be warned once.
  onCompilerWarnings((warnings) => {
    if (!told.has(warnings)) io.err(warnings);
    told.add(warnings);
  });
  onFirstTimeWork(waitingNotes(io));
  const program = commands(io, async (act) => {
    exitCode = await act();
  });
  try {
    await program.parseAsync(withBareOnly(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    return failureCode(argv, report(error, io));
  }
}

function commands(io: Io, run: Run): Command {
  const program = new Command('refuzz')
    .description('Fuzzes and differentially tests reference counters.')
    .version(version())
    // Errors are thrown instead of ending the process, and texts go where a test can read them.
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(--help lists what there is)')
    .addHelpText('after', exitCodesText());
  addFuzzCommands(program, io, run);
  addCheckCommands(program, io, run);
  addConvertCommands(program, io, run);
  addAuditCommands(program, io, run);
  addCaseCommands(program, io, run);
  addLitmusCommands(program, io, run);
  addKernelCommands(program, io, run);
  addPageCommands(program, io, run);
  addTargetCommands(program, io, run);
  addShellCommands(program, io, run);
  addExamples(program);
  return program;
}

/** The commands as they are defined, for who describes them; none of them can be run. */
export function describedProgram(): Command {
  const nowhere: Streams = {
    out() {},
    err() {},
    isTerminal: false,
    style: plainStyle,
    onInterrupt: () => () => {},
  };
  return commands(atBorder(nowhere), async () => {});
}

/**
 * Wrong input is the user's to correct, anything else is ours. Some errors begin with `internal:` already, because
 * whoever threw them knew that they cannot happen.
 */
function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  if (error instanceof InputError) {
    io.err(`refuzz: ${messageOf(error)}\n`);
    return EXIT.USAGE;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(`${message.startsWith('internal:') ? '' : 'internal: '}${message}\n`);
  if (error instanceof Error && error.stack) io.err(`${error.stack.split('\n').slice(1).join('\n')}\n`);
  io.err('This is a bug in refuzz. Please report it with the command line above.\n');
  return EXIT.INTERNAL;
}

/** A line feed in the name of a file is no end of a line. */
function messageOf({ file, message }: InputError): string {
  return message.replace(file, () => file.replaceAll('\n', '\\u{a}'));
}
