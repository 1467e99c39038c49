import type { ScopeSize } from '../../fuzz/check/scope.ts';
import { sideNames } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';
import { wrapped } from '../show/style.ts';
import { grouped } from './grouped.ts';

/** A check, as a commit message tells it. */
export interface Told {
  /** Of refuzz. */
  readonly version: string;
  /** Both sides, the reference first; the ideal counter is none. */
  readonly sources: readonly { readonly name: string; readonly digest: string | undefined }[];
  readonly target: Target;
  readonly size: ScopeSize;
  readonly programs: number;
  /** The first line of the answer. */
  readonly sentence: string;
}

/** Columns of the body of a commit message. */
const WIDTH = 72;

/**
 * The paragraph that goes into a commit message: what was compared, how far, what came of it, and what somebody needs who
 * wants to see it again.
 *
 * @returns lines without a line break at the end
 */
export function changelogParagraph({ version, sources, target, size, programs, sentence }: Told): string {
  const { reference, subject } = sideNames(target);
  const digests = sources.flatMap(({ name, digest }) =>
    digest === undefined ? [] : [`${shortName(name)} ${digest}`],
  );
  const of = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;
  const text = [
    `refuzz ${version} compared ${subject} against ${reference}:`,
    `${grouped(programs)} programs of up to ${of(size.threads, 'thread')} of ${of(size.ops, 'op')} each,`,
    `under every schedule of ${target.memory ? 'accesses in the order that the kernel keeps' : 'sequentially consistent accesses'}. Answer: ${sentence}.`,
    ...(digests.length > 0 ? [`Sources: ${digests.join(', ')}.`] : []),
  ].join(' ');
  return wrapped(text, WIDTH).join('\n');
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
