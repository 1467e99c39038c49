import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { REPORTER_NAMES } from '../../export/results/reporter-names.ts';
import type { Report, Result } from '../../export/results/result.ts';
import { plainStyle } from '../../export/show/style.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io, type Telling } from './io.ts';

/** A reporter that was asked for, and the file that it writes; none for standard output. */
export interface AskedReporter {
  readonly name: string;
  readonly file: string | undefined;
}

/** Options of every command that has results. */
export interface ReportingOptions {
  readonly reporter?: readonly AskedReporter[];
  readonly json?: boolean;
}

/** `--reporter`, for commands that tell results. */
export function withReporters(command: Command): Command {
  return command.option(
    '--reporter <name[=file]>',
    `results for programs: ${REPORTER_NAMES.join(', ')}; to standard output, or to a file; may be given several times`,
    reporterNamed,
  );
}

/** `junit=out.xml`. @throws InvalidArgumentError */
function reporterNamed(text: string, earlier: readonly AskedReporter[] = []): AskedReporter[] {
  const at = text.indexOf('=');
  const [name, file] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (!REPORTER_NAMES.some((known) => known === name))
    throw new InvalidArgumentError(`Allowed are ${REPORTER_NAMES.join(', ')}.`);
  if (file?.trim() === '') throw new InvalidArgumentError('write the name of a file after the =.');
  return [...earlier, { name, file }];
}

/**
 * Runs a command, and writes what it told with each reporter. One reporter may have standard output: then what the command
 * prints goes to standard error, so that neither spoils the other. Wrong input is a result too, with its place; a report is
 * written however the command ends, short of a signal that ends the process.
 *
 * @param command its name, for the report
 * @returns the exit code: that of the command, or 74 where it was 0 and a report could not be written
 */
export async function reported(
  command: string,
  { reporter: asked = [], json = false }: ReportingOptions,
  io: Io,
  act: (io: Io) => number | Promise<number>,
): Promise<number> {
  if (asked.length === 0) return act(io);
  refuseCollisions(asked, json);
  const started = performance.now();
  const tellings: Telling[] = [];
  const isTaken = asked.some(({ file }) => file === undefined);
  const wrapped: Io = {
    ...io,
    ...(isTaken ? { out: io.err, data: io.err, isTerminal: false, style: plainStyle } : {}),
    tell: (made) => {
      tellings.push(made);
    },
  };
  const finish = async (exitCode: number) => {
    const { version } = await import('../../fuzz/storage/version.ts');
    const seconds = (performance.now() - started) / 1000;
    const results: Result[] = [];
    for (const make of tellings) results.push(...(await make()));
    return write(asked, { command, version: version(), exitCode, seconds, results: results.map(placed) }, io);
  };
  let exitCode: number;
  try {
    exitCode = await act(wrapped);
  } catch (error) {
    tellings.push(() => [failureResult(command, error)]);
    await finish(error instanceof InputError ? EXIT.USAGE : EXIT.INTERNAL);
    throw error;
  }
  const isWritten = await finish(exitCode);
  return isWritten || exitCode !== EXIT.OK ? exitCode : EXIT.UNWRITTEN;
}

/**
 * Before hours of work: two reporters for one place would write over each other at the end, and a device is no file.
 *
 * @throws InputError
 */
function refuseCollisions(asked: readonly AskedReporter[], json: boolean): void {
  const files = asked.map(({ file }) => file);
  const again = files.find((file, at) => files.indexOf(file) !== at);
  const isTwice = files.some((file, at) => files.indexOf(file) !== at);
  const toOutput = asked.find(({ file }) => file === undefined);
  if (isTwice && again === undefined)
    throw new InputError('--reporter', 'only one can have standard output; write NAME=FILE for the others');
  if (isTwice) throw new InputError('--reporter', `two of them name the file ${again}`);
  if (json && toOutput)
    throw new InputError(
      '--reporter',
      `--json needs standard output; write ${toOutput.name}=FILE, or leave one of the two out`,
    );
  for (const file of files) {
    const found = file === undefined ? undefined : statsOf(file);
    if (file !== undefined && found && !found.isFile())
      throw new InputError(file, 'is no file that a report could be written to');
  }
}

/**
 * What ended the command. The place of wrong input is the best annotation there is: it names the line of the target file or
 * the source. `command line` and `--program` are no files, and have none.
 */
function failureResult(command: string, error: unknown): Result {
  const message = error instanceof Error ? error.message : String(error);
  const one = { suite: 'refuzz', name: command, status: 'error', message } as const;
  if (!(error instanceof InputError) || !statsOf(error.file)?.isFile()) return one;
  const { file, line, column } = error;
  return { ...one, place: { file, line, column } };
}

/**
 * What reads reports knows files by their names below the working folder: an annotation of GitHub with an absolute path is at
 * no file of the pull request.
 */
function placed(result: Result): Result {
  const { place } = result;
  if (!place?.file.startsWith('/')) return result;
  const below = relative(process.cwd(), place.file);
  return below.startsWith('..') ? result : { ...result, place: { ...place, file: below } };
}

/** @returns whether all could be written; what could not is said */
async function write(asked: readonly AskedReporter[], report: Report, io: Io): Promise<boolean> {
  const { completed } = await import('../../export/results/result.ts');
  const { REPORTERS } = await import('../../export/results/reporters.ts');
  const { replaceFile } = await import('../../fuzz/storage/store-text.ts');
  const { reasonOf } = await import('../../fuzz/storage/storage-error.ts');
  const whole = completed(report);
  let isWritten = true;
  for (const { name, file } of asked) {
    const text = REPORTERS.find((one) => one.name === name)!.text(whole);
    if (file === undefined) io.data(text);
    else {
      try {
        replaceFile(file, text);
      } catch (error) {
        isWritten = false;
        io.err(`refuzz: ${file}: the report could not be written (${reasonOf(error)})\n`);
      }
    }
  }
  return isWritten;
}
