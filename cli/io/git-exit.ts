import { EXIT } from './io.ts';

/** The command that `git bisect run` runs. */
export const BISECT_STEP = 'bisect-step';

/** What `git bisect run` takes exit codes for. From 1 to 124, and 126 and 127, a revision is bad. */
export const GIT_EXIT = {
  GOOD: 0,
  BAD: 1,
  /** Of this revision nothing can be said. */
  SKIP: 125,
  /** From here on the bisection ends. */
  ABORT: 128,
} as const;

/**
 * What a command ends with that failed. To git a mistyped option would be a bad revision.
 *
 *     refuzz check …          2      2
 *     refuzz bisect-step …    2    130
 */
export function failureCode(argv: readonly string[], code: number): number {
  const isAbort = argv[0] === BISECT_STEP && code !== GIT_EXIT.GOOD && code < GIT_EXIT.ABORT;
  return isAbort ? GIT_EXIT.ABORT + code : code;
}

/**
 * What a command ends with whose results could not be written. Other codes than 0 make whoever sees them look already,
 * and say more; what git drives is asked for its exit code alone.
 *
 *     refuzz check … > /dev/full         0, 1     74, 1
 *     refuzz bisect-step … > /dev/full   0        0
 */
export function unwrittenCode(argv: readonly string[], code: number): number {
  return code === EXIT.OK && argv[0] !== BISECT_STEP ? EXIT.UNWRITTEN : code;
}
