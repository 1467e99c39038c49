import type { Commit, GitHistory } from '../../targets/c/build/git-history.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/** What was asked of a revision; `skipped`: it has no answer. */
export type Verdict = 'good' | 'bad' | 'skipped';

/** A revision that was asked. */
export interface Step {
  readonly commit: Commit;
  readonly verdict: Verdict;
  /** How many revisions are left that may be the first bad one. */
  readonly left: number;
}

/** What a bisection came to. */
export interface Bisected {
  /** One, or all that it may be where those in between were skipped: the latest last. */
  readonly first: readonly Commit[];
  /** Revisions between good and bad, and those of them that touch the files. */
  readonly between: number;
  readonly touching: number;
}

/**
 * Finds the first bad revision by halving, over those alone that touch the files that the answer depends on.
 *
 * As `git bisect` does: the good side is everything that a good revision is made of, and of a history with merges the
 * revision is taken that halves best. What is skipped stays open, and the next best is taken.
 *
 * @param ask what a revision is; it is not asked about `good` and `bad`
 * @throws InputError where the two have nothing in common, or what is bad was so already where their lines parted
 */
export async function* bisection(
  history: GitHistory,
  good: Commit,
  bad: Commit,
  ask: (commit: Commit) => Promise<Verdict>,
): AsyncGenerator<Step, Bisected> {
  const goods = [good.sha];
  const base = await history.mergeBase(good.sha, bad.sha);
  if (base === undefined)
    throw new InputError('--good', `${shortOf(good)} and ${shortOf(bad)} have no history in common`);
  const between = await history.countBetween(goods, bad.sha);
  const touching = (await history.halving(goods, bad.sha)).length;
  if (base !== good.sha) {
    const commit = await history.commit(base);
    const verdict = await ask(commit);
    yield { commit, verdict, left: touching };
    if (verdict === 'bad')
      throw new InputError(
        '--good',
        `it is no ancestor of --bad, and ${shortOf(commit)}, where their lines part, is bad: it was mended on the way to --good`,
      );
  }
  const skipped = new Set<string>();
  for (let known = bad.sha; ; ) {
    // Between this one and the known bad one nothing touches the files.
    const tip = (await history.tipOf(goods, known)) ?? known;
    const all = await history.halving(goods, known);
    const next = all.find((sha) => sha !== tip && !skipped.has(sha));
    if (next === undefined) {
      const open = [...all.filter((sha) => sha !== tip), tip];
      const first: Commit[] = [];
      for (const sha of open) first.push(await history.commit(sha));
      return { first, between, touching };
    }
    const commit = await history.commit(next);
    const verdict = await ask(commit);
    if (verdict === 'good') goods.push(next);
    else if (verdict === 'bad') known = next;
    else skipped.add(next);
    const rest = await history.halving(goods, known);
    const left = rest.filter((sha) => !skipped.has(sha)).length;
    yield { commit, verdict, left };
  }
}

/** Twelve digits, as `Fixes:` lines have them. */
export function shortOf({ sha }: Pick<Commit, 'sha'>): string {
  return sha.slice(0, 12);
}
