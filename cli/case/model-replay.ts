import type { Style } from '../../export/show/style.ts';
import type { StoredCase } from '../../fuzz/case/corpus.ts';
import { type ReplayOutcome, replayCase } from '../../fuzz/case/replay-case.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { causesReplayed, causesReplayedJson, replayedCauses } from './replay-causes.ts';
import { countOf, type Replayed, type ReplayMode, type ReplayTotals } from './replay-mode.ts';

/**
 * Runs each case twice, by the code of its target.
 *
 *     same         passes in silence
 *     changed      the reason, and the command that shows the case; the exit code is 1
 *     undecided    likewise; the exit code is 3 if nothing has changed
 *
 * Of cases that carry a cause it is told at the end what became of the cause.
 *
 * @param flags what a command about a case needs besides the case
 * @param isWhole whether each of them is told as well
 */
export function modelReplay(flags: string, isWhole: boolean, style: Style): ReplayMode {
  return {
    failing: ['changed'],
    undecided: ['undecided'],
    open: async () => undefined,
    close: async () => {},
    async replay({ path, case: stored }, harness) {
      const outcome = outcomeOf(harness, stored);
      const cause = stored.cause === undefined ? {} : { cause: `${stored.target}/${stored.cause}` };
      if (outcome.kind === 'same') return [{ path, kind: 'same', ...cause, lines: [] }];
      const { kind, reason } = outcome;
      const isGone = kind === 'changed' && outcome.isGone;
      const lines = [
        `${style.red(kind)} ${path}`,
        `        ${reason}`,
        `        refuzz show ${shellWord(path)}${flags}`,
      ];
      const isTold = isWhole || stored.cause === undefined;
      return [{ path, kind, reason, ...cause, isGone, lines: isTold ? lines : [] }];
    },
    summary: (totals) => summary(totals, flags, style),
  };
}

function outcomeOf(harness: () => Harness, stored: StoredCase['case']): ReplayOutcome {
  try {
    return replayCase(harness, stored);
  } catch (error) {
    // An op that is gone is a change like any other; the cases after it are still of interest.
    if (error instanceof ProgramError) return { kind: 'changed', reason: error.message, isGone: false };
    throw error;
  }
}

/** No case at all is said aloud: an empty folder must not look like a success. */
function summary({ cases, refused, results, seconds }: ReplayTotals, flags: string, style: Style) {
  const causes = replayedCauses(results);
  const those = (wanted: string) =>
    results.filter(({ kind }) => kind === wanted).map(({ path, reason }: Replayed) => ({ path, reason }));
  const [same, changed, undecided] = [countOf(results, 'same'), those('changed'), those('undecided')];
  // A single case that failed has been told already.
  const isTold = cases === 1 && same === 0;
  return {
    lines: [
      ...(isTold ? [] : causesReplayed(causes, flags, style)),
      `${same} passed, ${changed.length} failed`,
      ...(undecided.length > 0 ? [`${undecided.length} undecided`] : []),
    ],
    notes: [
      `${cases} cases, each run twice, in ${seconds.toFixed(1)} s`,
      ...(cases === 0 && refused === 0 ? ['refuzz: no case was found, so nothing was tested'] : []),
    ],
    json: { cases, same, changed, undecided, causes: causesReplayedJson(causes), seconds },
  };
}
