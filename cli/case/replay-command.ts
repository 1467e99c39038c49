import { setImmediate } from 'node:timers/promises';
import { readCases, type StoredCase } from '../../fuzz/case/corpus.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { BootError } from '../../targets/booted/booted-kernel.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { BootFlags } from '../io/boot-options.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type CodeOptions, flagsOfCases, harnessMaker, refcountOfTree } from '../target/find-target.ts';
import { reportBootError } from '../target/news.ts';
import { modelReplay } from './model-replay.ts';
import type { Replayed, ReplayMode } from './replay-mode.ts';

/** Options of `refuzz replay` and `refuzz kernel run`. */
export interface ReplayOptions extends CodeOptions, BootFlags {
  readonly targetFile?: readonly string[];
  /** Where they run: `model` twice each, `booted` in a kernel; `shown`: the same, and what each case does is printed. */
  readonly where: 'model' | 'booted' | 'shown';
  /** In a kernel: how often a program of several threads runs. */
  readonly runs?: number;
  /** By the model: tell each case that changed, beside its cause. */
  readonly signatures?: boolean;
  readonly json?: boolean;
}

/**
 * `refuzz replay` and `refuzz kernel run`: runs stored cases again.
 *
 *     a file or its target is wrong     2, after all others ran
 *     some kind is failing              1
 *     nothing ran, or undecided         3
 *     else                              0
 *     interrupted                       130, after the summary of what ran
 *     the kernel did not boot           3
 *
 * @returns the exit code
 */
export async function replayCommand(
  paths: readonly string[],
  options: ReplayOptions,
  io: Io,
): Promise<number> {
  const started = performance.now();
  const { cases, refused: unread } = readCases(paths.length > 0 ? paths : ['corpus']);
  const stored = cases.map((one) => one.case);
  const makeHarness = await harnessMaker(stored, options.targetFile, options, (line) =>
    io.err(`refuzz: ${line}\n`),
  );
  const flags = flagsOfCases(stored, options.targetFile, options);
  const mode = await modeFor(options, flags, cases.length === 1, io);
  // Closing the kernel is what ends a question that it is being asked.
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
    void mode.close();
  }, 'the case under way');
  const results: Replayed[] = [];
  const refused = [...unread];
  const reached = new Set<string>();
  let leftOut = 0;
  try {
    // A kernel takes seconds to boot.
    const opening = cases.length > 0 ? await mode.open() : undefined;
    if (opening !== undefined) io.err(`${opening}\n`);
    for (const stored of cases) {
      const made = await orRefused(mode, stored, () => makeHarness(stored.case, stored.path));
      // Signals are only heard between turns.
      await setImmediate();
      // What a kernel that was closed answered last is not worth a line; a model's answer stands.
      if (interrupted && options.where !== 'model') break;
      if (made instanceof InputError) refused.push(made);
      else {
        reached.add(stored.path);
        if (made.length === 0) leftOut++;
        results.push(...made);
        for (const line of made.flatMap(({ lines }) => lines)) io.out(`${line}\n`);
      }
      if (interrupted) break;
    }
  } catch (error) {
    // An interrupt closes a kernel under whoever is asking it something.
    if (interrupted) return EXIT.INTERRUPTED;
    if (!(error instanceof BootError)) throw error;
    reportBootError(error, io);
    return EXIT.UNDECIDED;
  } finally {
    await mode.close();
    io.tell(async () => {
      const { replayResults } = await import('./replay-results.ts');
      return replayResults(mode, { cases, results, reached, refused, flags });
    });
  }
  const seconds = (performance.now() - started) / 1000;
  const ran = cases.length + unread.length - refused.length;
  const totals = { cases: ran, leftOut, refused: refused.length, results, seconds };
  const { lines, notes, json } = mode.summary(totals);
  for (const line of lines) io.out(`${line}\n`);
  if (refused.length > 0) io.out(`${refused.length} not run\n`);
  for (const note of [...notes, ...refusals(refused)]) io.err(`${note}\n`);
  if (options.json) io.out(`${JSON.stringify({ ...json, refused: refused.map(asJson) })}\n`);
  if (interrupted) return EXIT.INTERRUPTED;
  return refused.length > 0 ? EXIT.USAGE : exitCode(mode, results);
}

/** A case whose target is not there says nothing about the cases after it. */
async function orRefused(
  mode: ReplayMode,
  stored: StoredCase,
  harness: () => Harness,
): Promise<readonly Replayed[] | InputError> {
  try {
    return await mode.replay(stored, harness);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** What is wrong with each file; what is wrong with many alike, as a target that none of them finds, is said once. */
function refusals(refused: readonly InputError[]): string[] {
  const wrong = ({ file, message }: InputError) => message.slice(file.length);
  return [...new Set(refused.map(wrong))].map((text) => {
    const alike = refused.filter((one) => wrong(one) === text);
    const more = alike.length > 1 ? ` (and ${alike.length - 1} more like it)` : '';
    return `refuzz: ${alike[0]!.message}${more}`;
  });
}

function asJson({ file, line, column, message }: InputError): object {
  const at = line === undefined ? '' : `:${line}:${column}`;
  return { path: file, line, column, reason: message.slice(`${file}${at}: `.length) };
}

async function modeFor(options: ReplayOptions, flags: string, isOne: boolean, io: Io): Promise<ReplayMode> {
  if (options.where === 'model') {
    // Who replays one case wants to read of it.
    const isWhole = options.signatures === true || isOne;
    return modelReplay(flags, isWhole, io.style);
  }
  const { bootedReplay } = await import('./booted-replay.ts');
  const how = { isWhole: options.where === 'shown', isOne };
  return bootedReplay(options, await refcountOfTree(options), how, io.style);
}

function exitCode({ failing, undecided }: ReplayMode, results: readonly Replayed[]): number {
  const has = (kinds: readonly string[]) => results.some(({ kind }) => kinds.includes(kind));
  if (has(failing)) return EXIT.FOUND;
  return results.length === 0 || has(undecided) ? EXIT.UNDECIDED : EXIT.OK;
}
