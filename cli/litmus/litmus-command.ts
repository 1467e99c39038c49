import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { type LitmusAnswer, runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { EXIT, type Io } from '../io/io.ts';
import { answerJson, answerText, isAsExpected, tableText } from './litmus-text.ts';

/** Options of `refuzz litmus`. */
export interface LitmusOptions {
  /** Most states of a test. */
  readonly limit: number;
  readonly json?: boolean;
}

/**
 * Decides litmus tests. One is shown whole, several as a table. A file that cannot be read does not keep the others from
 * being decided.
 *
 * @returns 0; 1 when a test does not come to the `Result:` in its comment; 2 when a file is no litmus test; 3 when one has
 *   too many states to be decided
 */
export function litmusCommand(files: readonly string[], options: LitmusOptions, io: Io): number {
  const answers: LitmusAnswer[] = [];
  let failed = false;
  for (const file of files) {
    try {
      const answer = runLitmusTest(readLitmusTest(file, readText(file, FILE.source)), options.limit);
      answers.push(answer);
      if (options.json) io.out(`${answerJson(answer)}\n`);
    } catch (error) {
      // A single file's error is the command's.
      if (!(error instanceof InputError) || files.length === 1) throw error;
      io.err(`refuzz: ${error.message}\n`);
      failed = true;
    }
  }
  if (!options.json) {
    const text = files.length === 1 ? answerText(answers[0]!, io.style) : tableText(answers);
    io.out(`${text.join('\n')}\n`);
  }
  if (failed) return EXIT.USAGE;
  if (answers.some((answer) => isAsExpected(answer) === false)) return EXIT.FOUND;
  return answers.some(({ observation }) => observation === undefined) ? EXIT.UNDECIDED : EXIT.OK;
}
