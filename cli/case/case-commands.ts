import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPORT_FORMATS } from '../../export/formats.ts';
import type { ExportedFile } from '../../export/reproduce/export-format.ts';
import { Inexpressible } from '../../export/reproduce/reproduced-case.ts';
import { showCase } from '../../export/show/show.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { formatCase } from '../../fuzz/case/case-file.ts';
import { readCase, writeCase } from '../../fuzz/case/corpus.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { minimize } from '../../fuzz/minimize/minimize.ts';
import { opCount } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type CodeOptions, harnessMaker } from '../target/find-target.ts';
import { onCase } from './case-errors.ts';

interface CaseOptions extends CodeOptions {
  readonly targetFile?: readonly string[];
}

/** `refuzz show`: a case as a table of accesses. */
export async function showCommand(path: string, options: CaseOptions, io: Io): Promise<number> {
  return withCase(path, options, io, (harness, stored) => {
    io.out(`${showCase(harness, stored, io.style)}\n`);
    return EXIT.OK;
  });
}

/**
 * `refuzz export`: a case as a program that runs elsewhere. Files are written over without a question; progress and the
 * hint go to standard error, so that `export … > file` is the program alone.
 */
export async function exportCommand(
  path: string,
  options: CaseOptions & { to: string; output?: string },
  io: Io,
): Promise<number> {
  // The command line knows these names as well, and has refused others.
  const format = EXPORT_FORMATS.find(({ name }) => name === options.to)!;
  return withCase(path, options, io, (harness, stored) => {
    const files = exported(format.files, format.name, path, harness, stored);
    if (options.output === undefined) {
      // With a Makefile there are two; the source has it in its head as well.
      io.data(files[0]!.text);
      return EXIT.OK;
    }
    if (files.length === 1) writeOut(options.output, files[0]!.text);
    else for (const file of files) writeInto(options.output, file);
    io.err(`wrote ${options.output}; run it with: ${format.howTo(shellWord(options.output))}\n`);
    return EXIT.OK;
  });
}

/** What a format cannot express is the user's choice of format, not a bug. */
function exported(
  files: (harness: Harness, stored: Case) => ExportedFile[],
  format: string,
  path: string,
  harness: Harness,
  stored: Case,
): ExportedFile[] {
  try {
    return files(harness, stored);
  } catch (error) {
    if (error instanceof Inexpressible)
      throw new InputError(path, `cannot be said as ${format}: ${error.message}`);
    throw error;
  }
}

/**
 * `refuzz minimize`: a case with a smaller program that shows the same divergence.
 *
 * @throws InputError for a case that shows its divergence no more: there is nothing to keep while it is made smaller
 */
export async function minimizeCommand(
  path: string,
  options: CaseOptions & { write?: boolean },
  io: Io,
): Promise<number> {
  return withCase(path, options, io, (harness, stored) => {
    const smaller = minimizedCase(harness, stored, path);
    if (!options.write) {
      io.data(formatCase(smaller.case));
      io.err(`${smallness(smaller.isSmallest)}\n`);
      return EXIT.OK;
    }
    writeCase(path, smaller.case);
    io.err(`${path}: ${smaller.before} ops, now ${smaller.after} (${smaller.tried} programs tried)\n`);
    io.err(`${smallness(smaller.isSmallest)}\n`);
    return EXIT.OK;
  });
}

/** What is known of the result, in words. */
function smallness(isSmallest: boolean): string {
  return isSmallest
    ? 'the smallest there is: no program of the target has fewer ops, no schedule fewer preemptions'
    : 'nothing can be taken away alone; whether something smaller exists was not decided';
}

/** The stored schedule is the hint by which a program with too many states still shows its divergence. */
function minimizedCase(harness: Harness, stored: Case, path: string) {
  const program = programOf(harness, stored.program);
  const { divergence } = stored.expect;
  const decider = deciderOf(harness);
  const signature = signatureOf(divergence);
  const rawFindings = decider.rawFindings(program, signature, stored.schedule);
  if (!rawFindings)
    throw new InputError(path, 'has too many states to decide; take some ops away by hand first');
  if (!rawFindings.has(signature)) {
    throw new InputError(
      path,
      `does not show ${signature}, so it cannot be made smaller; run: refuzz replay ${path}`,
    );
  }
  const small = minimize(harness, decider, program, divergence, stored.schedule);
  const made = makeCase(harness, divergence, small.program, small.schedule, stored.found);
  // A smaller program has the cause that it had.
  const remade = stored.cause === undefined ? made : { ...made, cause: stored.cause };
  const before = opCount(program);
  // The same program keeps what people wrote about it.
  const unchanged = formatCase({ ...remade, why: stored.why }) === formatCase(stored);
  return {
    case: unchanged ? stored : remade,
    before,
    after: opCount(small.program),
    tried: small.tried,
    isSmallest: small.isSmallest,
  };
}

/** Runs a command on a stored case, see `onCase`. */
async function withCase(
  path: string,
  options: CaseOptions,
  io: Io,
  act: (harness: Harness, stored: Case) => number,
): Promise<number> {
  const stored = readCase(path);
  const tell = (line: string) => io.err(`refuzz: ${line}\n`);
  const harness = (await harnessMaker([stored], options.targetFile, options, tell))(stored, path);
  return onCase(path, () => act(harness, stored));
}

function writeInto(folder: string, { name, text }: ExportedFile): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new InputError(
      folder,
      `cannot be made (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  writeOut(join(folder, name), text);
}

/** @throws InputError with the system's reason, for a path that cannot be written */
function writeOut(path: string, text: string): void {
  try {
    if (statsOf(path)?.isFIFO())
      throw new Error('it is a pipe; leave the option out, and write | behind the command');
    writeFileSync(path, text);
  } catch (error) {
    throw new InputError(
      path,
      `cannot be written (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
