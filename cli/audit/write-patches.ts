import type { Judged } from '../../audit/census/verdict.ts';
import { filesOf, PATCHED, type Patch, patchOf } from '../../audit/patch/patch-of.ts';
import { count } from '../../export/audit/audit-answer.ts';
import { placeOf } from '../../export/audit/counter-lines.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { writePage } from '../io/write-page.ts';
import type { AuditOptions } from './audit-options.ts';
import type { Outcome } from './outcome.ts';

/** Remarks that are printed; all of them are comments in the diff. */
const SHOWN = 8;

/**
 * `--patch` and `--cocci`: what converts of the counters that were asked for. Those that do not convert are passed over, unless
 * somebody has named them: then he is told why.
 *
 * @throws InputError where nothing converts, as whoever goes on with an empty file would take it for done
 */
export async function writePatches(
  { patch, cocci, struct, extract }: AuditOptions,
  { chosen, tree }: Pick<Outcome, 'chosen' | 'tree'>,
  say: (text: string) => void,
): Promise<void> {
  const isNamed = struct !== undefined || extract !== undefined;
  const wanted = isNamed ? chosen : chosen.filter(({ verdict }) => PATCHED.has(verdict));
  const made = patchOf(wanted, await tree.texts(filesOf(wanted)));
  if (patch !== undefined) {
    if (made.diff === '') throw nothing(patch, wanted, made);
    writePage(patch, made.diff);
    const files = made.diff.split('\n').filter((line) => line.startsWith('+++ ')).length;
    say(`${patch}: ${count(made.converted.length, 'counter')} converted, in ${count(files, 'file')}\n`);
  }
  if (cocci !== undefined) {
    if (made.cocci === '') throw nothing(cocci, wanted, made);
    writePage(cocci, made.cocci);
    say(`${cocci}: ${count(made.converted.length, 'counter')} converted\n`);
  }
  if (made.notes.length > 0) say(`${noteLines(made).join('\n')}\n`);
}

/*
 * The remarks are printed as well as written: a diff of forty counters is applied by people who do not read it, and what it
 * says of a lost barrier is the reason why maintainers refuse conversions.
 */

/**
 * What somebody has to read before he applies it. In the diff each remark is a comment that begins with `refuzz:`.
 *
 *     to be read first, and to be taken out of the diff:
 *       peer.refs: was a full barrier; now a release … (net/peer.c:120)
 *       … and 31 more
 */
function noteLines({ notes }: Patch): string[] {
  const shown = notes.slice(0, SHOWN).map(({ counter, what, places: [place] }) => {
    return `  ${counter}: ${what}${place ? ` (${placeOf(place)})` : ''}`;
  });
  const more = notes.length - shown.length;
  return [
    'to be read first, and to be taken out of the diff:',
    ...shown,
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

/** Why there is no file: the first counter that was asked for says it best. */
function nothing(file: string, wanted: readonly Judged[], { notes }: Patch): InputError {
  const [first] = notes;
  const why =
    wanted.length === 0
      ? 'none of the counters has a verdict that converts'
      : first
        ? `${first.counter} ${first.what}`
        : 'nothing converts';
  return new InputError(file, `is not written: ${why}`);
}
