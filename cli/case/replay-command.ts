import { setImmediate } from 'node:timers/promises';
import { loadCases, type StoredCase } from '../../fuzz/case/corpus.ts';
import { type ReplayOutcome, replayCase } from '../../fuzz/case/replay-case.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import { EXIT, type Io } from '../io/io.ts';
import { shellWord } from '../io/shell-word.ts';
import { type CodeOptions, codeFlags, harnessMaker } from '../target/find-target.ts';

interface ReplayOptions extends CodeOptions {
  readonly targetFile?: readonly string[];
  readonly json?: boolean;
}

interface Told {
  readonly path: string;
  readonly reason: string;
}

export async function replayCommand(
  paths: readonly string[],
  options: ReplayOptions,
  io: Io,
): Promise<number> {
  const started = performance.now();
  const cases = loadCases(paths.length > 0 ? paths : ['corpus']);
  const makeHarness = await harnessMaker(
    cases.map((one) => one.case),
    options.targetFile,
    options,
  );
  const files = (options.targetFile ?? []).map((file) => ` --target-file ${shellWord(file)}`);
  const flags = `${files.join('')}${codeFlags(options)}`;
  const told: Record<'changed' | 'undecided', Told[]> = { changed: [], undecided: [] };
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
  });
  let same = 0;
  for (const stored of cases) {
    const outcome = replay(stored, makeHarness);
    if (outcome.kind === 'same') same++;
    else {
      told[outcome.kind].push({ path: stored.path, reason: outcome.reason });
      io.out(`${io.style.red(outcome.kind)} ${stored.path}\n        ${outcome.reason}\n`);
      io.out(`        refuzz show ${shellWord(stored.path)}${flags}\n`);
    }
    await setImmediate();
    if (interrupted) break;
  }
  const seconds = (performance.now() - started) / 1000;
  summarise(cases.length, same, told, seconds, options, io);
  if (interrupted) return EXIT.INTERRUPTED;
  if (told.changed.length > 0) return EXIT.FOUND;
  return cases.length === 0 || told.undecided.length > 0 ? EXIT.UNDECIDED : EXIT.OK;
}

function summarise(
  cases: number,
  same: number,
  { changed, undecided }: Record<'changed' | 'undecided', readonly Told[]>,
  seconds: number,
  options: ReplayOptions,
  io: Io,
): void {
  io.out(`${same} passed, ${changed.length} failed\n`);
  if (undecided.length > 0) io.out(`${undecided.length} undecided\n`);
  io.err(`${cases} cases, each run twice, in ${seconds.toFixed(1)} s\n`);
  if (cases === 0) io.err('refuzz: no case was found, so nothing was tested\n');
  if (options.json) io.out(`${JSON.stringify({ cases, same, changed, undecided, seconds })}\n`);
}

function replay(
  { path, case: stored }: StoredCase,
  makeHarness: Awaited<ReturnType<typeof harnessMaker>>,
): ReplayOutcome {
  try {
    return replayCase(() => makeHarness(stored, path), stored);
  } catch (error) {
    // An op that is gone is a change like any other; the cases after it are still of interest.
    if (error instanceof ProgramError) return { kind: 'changed', reason: error.message };
    throw error;
  }
}
