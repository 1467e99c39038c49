import { dirname } from 'node:path';
import type { Result, Status } from '../../export/results/result.ts';
import type { StoredCase } from '../../fuzz/case/corpus.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import type { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { Replayed, ReplayMode } from './replay-mode.ts';

/** What became of all cases. */
export interface CasesReplayed {
  readonly cases: readonly StoredCase[];
  readonly results: readonly Replayed[];
  /** Paths of cases that were run, whether or not there was anything in them to run. */
  readonly reached: ReadonlySet<string>;
  /** Files that are wrong, or whose targets are. */
  readonly refused: readonly InputError[];
  /** What a command about a case needs besides the case. */
  readonly flags: string;
}

/** Kinds of a booted kernel that are neither failing nor as recorded: nobody can force a schedule on it, or an op is not there. */
const NOT_SHOWN: readonly string[] = ['unseen', 'absent'];

/**
 * A case that nobody came to is undecided, and one whose file is wrong an error: neither is left out, so a report has as many
 * results as there are cases, or more where both sides of a case are run.
 *
 * A result for each case, or for each of its sides; for those that could not be run, and that nobody came to.
 */
export function replayResults({ failing, undecided }: ReplayMode, all: CasesReplayed): Result[] {
  const { cases, results, reached, refused, flags } = all;
  const statusOf = ({ kind }: Replayed): Status => {
    if (failing.includes(kind)) return 'failed';
    if (undecided.includes(kind)) return 'undecided';
    return NOT_SHOWN.includes(kind) ? 'skipped' : 'ok';
  };
  const wrong = new Set(refused.map(({ file }) => file));
  return [
    ...cases
      .filter(({ path }) => !wrong.has(path))
      .flatMap((stored): Result[] => {
        const { path } = stored;
        const own = results.filter((one) => one.path === path);
        if (own.length > 0)
          return own.map((one) => resultOf(stored, statusOf(one), messageOf(one), flags, one.side));
        return reached.has(path)
          ? [resultOf(stored, 'skipped', 'nothing of it is for a booted kernel', flags)]
          : [resultOf(stored, 'undecided', 'not run', flags)];
      }),
    ...refused.map(
      ({ file, line, column, message }): Result => ({
        suite: dirname(file),
        name: file,
        status: 'error',
        message,
        place: { file, line, column },
      }),
    ),
  ];
}

/** As recorded needs no words; what was only seen in a kernel says so. */
function messageOf({ kind, reason }: Replayed): string {
  if (reason !== undefined) return `${kind}: ${reason}`;
  return kind === 'same' ? '' : kind;
}

/**
 * A case, or one side of it. Its suite is its target and not its folder, so that a report of a check and one of a replay put
 * the same divergence in the same place.
 */
function resultOf(
  { path, case: stored }: StoredCase,
  status: Status,
  message: string,
  flags: string,
  side?: string,
): Result {
  const { divergence } = stored.expect;
  const signature = signatureOf(divergence);
  const isBad = status === 'failed' || status === 'undecided';
  return {
    suite: stored.target,
    name: side === undefined ? path : `${path} ${side}`,
    status,
    message,
    place: { file: path, line: 1 },
    finding: {
      target: stored.target,
      signature,
      ...divergence,
      isNew: status === 'failed',
      cause: stored.cause,
      case: path,
    },
    command: isBad ? `refuzz show ${shellWord(path)}${flags}` : undefined,
  };
}
