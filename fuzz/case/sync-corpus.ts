import { existsSync } from 'node:fs';
import { signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Case } from './case.ts';
import { formatCase } from './case-file.ts';
import { isSameCode, isSameSource } from './code-of-case.ts';
import { pathFor, readCases, type StoredCase, storeCase } from './corpus.ts';

/** What came of copying the cases that a corpus lacks. */
export interface SyncedCases {
  /** Files that were written. */
  readonly stored: readonly string[];
  /** How many cases were there already, to the letter. */
  readonly same: number;
  /** Cases that the other corpus has in its own words, by their files there and here: it keeps its own. */
  readonly different: readonly { readonly from: string; readonly to: string }[];
  /** Files that are no cases, or in whose place something else lies; none of them was copied. */
  readonly refused: readonly InputError[];
}

/**
 * Copies the cases that a corpus lacks. One is lacking if there is none with its target, its signature and its code. Every
 * file of both is read first; what is stored is written anew, in the place where refuzz would store it. Nothing that is
 * there is ever written over.
 *
 *     same target, signature and code, same text     there already
 *     same target, signature and code, other text    stays as it is, and is told
 *     another code under the same signature          stored beside it
 *
 * @throws InputError where `from` is not there; StorageError
 */
export function syncCases(from: string, to: string): SyncedCases {
  const source = readCases([from]);
  const there = existsSync(to) ? readCases([to]) : { cases: [], refused: [] };
  const known = new Map<string, StoredCase[]>();
  const add = (one: StoredCase) => known.set(keyOf(one.case), [...(known.get(keyOf(one.case)) ?? []), one]);
  for (const one of there.cases) add(one);
  const stored: string[] = [];
  const different: { from: string; to: string }[] = [];
  const refused: InputError[] = [...source.refused, ...there.refused];
  let same = 0;
  for (const { path, case: made } of source.cases) {
    const other = known.get(keyOf(made))?.find((one) => isOfSameCode(one.case, made));
    if (other && formatCase(other.case) === formatCase(made)) same++;
    else if (other) different.push({ from: path, to: other.path });
    else {
      const place = pathFor(to, made);
      if (existsSync(place)) {
        refused.push(new InputError(place, `is in the place of ${path}, which was not copied`));
        continue;
      }
      stored.push(storeCase(to, made));
      add({ path: place, case: made });
    }
  }
  return { stored, same, different, refused };
}

function keyOf({ target, expect }: Case): string {
  return `${target}/${signatureOf(expect.divergence)}`;
}

/** Cases of models, of kernels and of earlier versions have no code: for these the signature is enough. */
function isOfSameCode({ code: one }: Case, { code: other }: Case): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isSameCode(one, other) || isSameSource(one, other);
}
