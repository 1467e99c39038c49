import type { Judgement } from '../../oracles/divergence.ts';
import { causeNameAt } from '../case/cause-name-at.ts';
import type { CauseStatus } from './campaign-status.ts';
import { divergencesMet, type Runner } from './runner.ts';

/** The causes that a campaign has met, by the names that its cases carry. Nothing is run, and each file is read once. */
export class CausesSoFar {
  readonly #names = new Map<string, string | undefined>();

  /** New ones first, then by how many signatures they explain. */
  of(runner: Runner): CauseStatus[] {
    const causes = new Map<string | undefined, CauseDraft>();
    for (const { divergence, isNew, case: path } of divergencesMet(runner, [])) {
      const name = path === undefined ? undefined : this.#nameAt(path);
      const cause = causes.get(name) ?? { name: name ?? null, signatures: 0, new: 0, judgements: {} };
      cause.signatures++;
      if (isNew) cause.new++;
      if (isBefore(path, isNew, cause)) {
        cause.case = path;
        cause.isCaseNew = isNew;
      }
      cause.judgements[divergence.judgement] = (cause.judgements[divergence.judgement] ?? 0) + 1;
      causes.set(name, cause);
    }
    return [...causes.values()]
      .map(({ isCaseNew: _, ...cause }) => cause)
      .sort(
        (one, other) =>
          Number(other.new > 0) - Number(one.new > 0) ||
          other.signatures - one.signatures ||
          (String(one.name) < String(other.name) ? -1 : 1),
      );
  }

  #nameAt(path: string): string | undefined {
    if (!this.#names.has(path)) this.#names.set(path, causeNameAt(path));
    return this.#names.get(path);
  }
}

interface CauseDraft {
  readonly name: string | null;
  signatures: number;
  new: number;
  readonly judgements: Partial<Record<Judgement, number>>;
  case?: string | undefined;
  isCaseNew?: boolean;
}

/** New ones first, then by name: never by when they were met, since a session that goes on meets them in another order. */
function isBefore(path: string | undefined, isNew: boolean, { case: named, isCaseNew }: CauseDraft): boolean {
  if (path === undefined) return false;
  if (named === undefined || isNew !== isCaseNew) return named === undefined || isNew;
  return path < named;
}
