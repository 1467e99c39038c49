import type { Candidate } from '../../convert/menu/candidate.ts';
import { sameSize } from '../../convert/search/stages.ts';
import type { Decided, SearchResult } from '../../convert/search/state.ts';
import { onOneLine } from '../../convert/sites/site.ts';
import { grouped } from '../../export/report/grouped.ts';
import type { Conversion } from './conversion.ts';

/** `12 of 240 conversions are equivalent within 2 × 2; the simplest: bias 1, the op of the same shape at each site` */
export function answerLine(
  { menu, isRepair, read }: Conversion,
  { decided, scope, asked, total, open }: SearchResult,
): string {
  const within = `within ${asked.threads} × ${asked.ops}`;
  const count = (kind: Decided['kind']) => decided.filter((one) => one.kind === kind).length;
  const [same, losing, changing] = [count('equivalent'), count('loses'), count('changes')];
  const what = isRepair ? 'changes of it' : 'conversions';
  const rest = `${open > 0 ? `; ${grouped(open)} were not looked at` : ''}${unreachedText(read.sites)}`;
  if (same > 0)
    return `${grouped(same)} of ${grouped(total)} ${what} ${same === 1 ? 'is' : 'are'} equivalent ${within}; the simplest: ${choiceText(menu, decided[0]!.candidate)}${rest}`;
  const unknown = count('undecided');
  const none =
    unknown > 0
      ? `no conversion is proved ${within}: ${grouped(unknown)} of ${grouped(total)} ${what} could not be decided`
      : `none of ${grouped(total)} ${what} is equivalent ${within}`;
  if (losing > 0)
    return `${none}; ${grouped(losing)} ${losing === 1 ? 'does' : 'do'} nothing new, but lose outcomes${rest}`;
  if (changing > 0)
    return `${none}; ${grouped(changing)} ${changing === 1 ? 'changes' : 'change'} something without harm${rest}`;
  const clean = decided.filter((one) => one.kind === 'undecided' && isClean(one));
  if (scope && !sameSize(scope, asked) && clean[0])
    return `${none}; ${grouped(clean.length)} of them ${clean.length === 1 ? 'differs' : 'differ'} in no program within ${scope.threads} × ${scope.ops}, the simplest: ${choiceText(menu, clean[0].candidate)}${rest}`;
  if (unknown > 0) return `${none}${rest}`;
  const bare = menu.sites.filter((_, at) => menu.forms[at]!.length === 0);
  if (bare.length > 0) {
    const loop = bare.find((site) => site.kind === 'op' && site.whyNoLoop !== undefined);
    const why = loop?.kind === 'op' ? `; the loop is no op of refcount_t: ${loop.whyNoLoop}` : '';
    return `does not convert: refcount_t has nothing like ${bare.map(({ name, written, line }) => `${name} (line ${line}: ${onOneLine(written)})`).join(', ')}${why}`;
  }
  return `does not convert: each of ${grouped(total)} ${what} differs in harm ${within}${rest}`;
}

/** Whether nothing has told a candidate from the original, as far as the search came. */
function isClean({ refutation, missing, isUnasked, within }: Decided): boolean {
  return !refutation && !missing && !isUnasked && !within;
}

/** `; nothing is said of buf_get (line 15), as no op comes to it` */
function unreachedText({ sites, unreached }: Conversion['read']['sites']): string {
  const names = unreached.map((at) => `${sites[at]!.name} (line ${sites[at]!.line})`);
  return names.length === 0
    ? ''
    : `; nothing is said of ${names.join(', ')}, as no op comes ${names.length === 1 ? 'to it' : 'there'}`;
}

/** What a candidate chooses that is not the nearest. */
export function choiceText(menu: Conversion['menu'], { shift, forms }: Candidate): string {
  const { bias, where } = menu.shifts[shift]!;
  const others = forms.flatMap((form, site) => {
    const { name, distance } = menu.forms[site]![form]!;
    return distance > 0 ? [`${menu.sites[site]!.name} ${name}`] : [];
  });
  const place = where === 'everywhere' ? '' : ` where it is ${where === 'trash' ? 'in the trash' : where}`;
  return [
    `bias ${bias}${place}`,
    ...(others.length > 0 ? others : ['the op of the same shape at each site']),
  ].join(', ');
}
