import { ProgramError } from '../fuzz/alphabet.ts';
import { loadCases, type StoredCase } from '../fuzz/corpus.ts';
import { type ReplayOutcome, replayCase } from '../fuzz/replay-case.ts';
import { InputError } from '../targets/input-error.ts';
import { harnessMaker } from './find-target.ts';
import { EXIT, type Io } from './io.ts';

interface ReplayOptions {
  readonly targetFile: readonly string[];
  readonly json?: boolean;
}

export function replayCommand(paths: readonly string[], options: ReplayOptions, io: Io): number {
  const started = performance.now();
  const cases = loadCases(paths.length > 0 ? paths : ['corpus']);
  const makeHarness = harnessMaker(options.targetFile);
  const changed: { path: string; reason: string }[] = [];
  for (const stored of cases) {
    const outcome = replay(stored, makeHarness);
    if (outcome.kind === 'same') continue;
    changed.push({ path: stored.path, reason: outcome.reason });
    io.out(
      `${io.style.red('changed')} ${stored.path}\n        ${outcome.reason}\n        refuzz show ${stored.path}\n`,
    );
  }
  const seconds = (performance.now() - started) / 1000;
  const same = cases.length - changed.length;
  io.out(`${same} passed, ${changed.length} failed\n`);
  io.err(`${cases.length} cases, each run twice, in ${seconds.toFixed(1)} s\n`);
  if (options.json) io.out(`${JSON.stringify({ cases: cases.length, same, changed, seconds })}\n`);
  if (cases.length === 0) io.err('refuzz: no case was found, so nothing was tested\n');
  if (changed.length > 0) return EXIT.FOUND;
  return cases.length === 0 ? EXIT.UNDECIDED : EXIT.OK;
}

function replay(
  { path, case: stored }: StoredCase,
  makeHarness: ReturnType<typeof harnessMaker>,
): ReplayOutcome {
  try {
    return replayCase(() => makeHarness(stored, path), stored);
  } catch (error) {
    if (error instanceof ProgramError) throw new InputError(path, error.message);
    throw error;
  }
}
