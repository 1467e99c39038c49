import type { Place } from '../../audit/census/counter.ts';
import type { Judged } from '../../audit/census/verdict.ts';
import { type Style, wrapped } from '../show/style.ts';
import { VERDICT_WORDS } from './verdict-words.ts';

/** Columns of a line, and how far what belongs to a counter is set in. */
const WIDTH = 110;
const INDENT = '    ';

/** A counter in a line: `inet_peer.refcnt  include/net/inetpeer.h:64  by one: sentinel (high)`. */
export function headLine({ counter, verdict, protocol, confidence }: Judged, style: Style): string {
  const { declared } = counter;
  const { word } = VERDICT_WORDS[verdict];
  return `${style.bold(counter.id)}  ${placeOf(declared)}  ${word}: ${protocol} ${style.dim(`(${confidence})`)}`;
}

/** The remedy, set in. */
export function remedyLines({ remedy }: Judged): string[] {
  return wrapped(remedy, WIDTH - INDENT.length).map((line) => `${INDENT}${line}`);
}

/**
 * A counter in three lines or more: where it is, what shows that, what to do.
 *
 *     inet_peer.refcnt  include/net/inetpeer.h:64  by one: sentinel (high)
 *         dead at -1: net/ipv4/inetpeer.c:120  if (atomic_add_unless(&p->refcnt, 1, -1))
 *         add one to the whole scheme
 *
 * @param places of each reason that are shown
 */
export function counterLines(judged: Judged, style: Style, places = 1): string[] {
  return [
    headLine(judged, style),
    ...judged.reasons.flatMap(({ what, places: all }) => {
      const [first, ...others] = all.slice(0, places);
      const line = `${INDENT}${what}${first ? `: ${placed(first, style)}` : ''}`;
      return [line, ...others.map((one) => `${INDENT}${INDENT}${placed(one, style)}`)];
    }),
    ...remedyLines(judged),
  ];
}

/** A place and its line of source. */
export function placed(place: Place, style: Style): string {
  return `${style.dim(placeOf(place))}  ${place.text}`;
}

/** As compilers write it, so that editors and terminals can open it. */
export function placeOf({ file, line }: Place): string {
  return `${file}:${line}`;
}
