import type { Change, ReleaseChanges, ThreeWays } from '../../fuzz/case/release-changes.ts';
import { type Style, wrapped } from '../show/style.ts';
import { causeText, didText, intervalText, listed, nearZeroFirst } from './cause-text.ts';

/** In the order in which they are told. */
const KINDS = ['came', 'went', 'changed'] as const satisfies Change['kind'][];
/** Ways of one change that are written out. */
const WAYS_SHOWN = 2;
/** Columns. */
const WIDTH = 100;

/**
 * One release against the one before: which of the causes for which they part from the base came, which went, which stayed.
 *
 *     from Linux 6.1.192 to Linux 6.12.117, causes against atomic: 1 came, none went, none changed, 10 stayed
 *       came     sub_and_test(0) where the count is 0: Linux 6.1.192 does what atomic does; Linux 6.12.117 returns false …
 *
 * @returns lines without a line break at the end
 */
export function releaseLines(release: ReleaseChanges, style: Style): string[] {
  const { base, before, after, changes, stayed } = release;
  const counts = KINDS.map((kind) => changes.filter((change) => change.kind === kind).length);
  const [came, went, changed] = counts.map((count) => (count === 0 ? 'none' : String(count)));
  const told = `${came} came, ${went} went, ${changed} changed, ${stayed.length} stayed`;
  return [
    `from ${before} to ${after}, causes against ${base}: ${style.bold(told)}`,
    ...KINDS.flatMap((kind) =>
      changes
        .filter((change) => change.kind === kind)
        .flatMap((change) => changeLines(kind, changeText(change, release))),
    ),
  ];
}

/** Wrapped, with the lines after the first below the text. */
function changeLines(kind: Change['kind'], text: string): string[] {
  const mark = kind.padEnd('changed'.length + 2);
  return wrapped(text, WIDTH - 2 - mark.length).map(
    (line, at) => `  ${at === 0 ? mark : ' '.repeat(mark.length)}${line}`,
  );
}

/** The same as data. */
export function releaseJson(release: ReleaseChanges) {
  const { base, before, after, changes, stayed } = release;
  const those = (wanted: Change['kind']) =>
    changes
      .filter(({ kind }) => kind === wanted)
      .map((change) => ({
        name: change.cause.name,
        ops: change.cause.ops,
        text: changeText(change, release),
      }));
  return {
    base,
    before,
    after,
    came: those('came'),
    went: those('went'),
    changed: those('changed'),
    stayed: stayed.map((cause) => ({ name: cause.name, ops: cause.ops, text: causeText(cause) })),
  };
}

function changeText({ kind, cause, ways }: Change, release: ReleaseChanges): string {
  if (cause.alone === undefined) return raceText(kind, cause.ops, release);
  // What speaks for the kind goes first.
  const isOther = (one: ThreeWays) => Number(one.kind !== kind);
  const told = [...ways]
    .sort((one, other) => isOther(one) - isOther(other) || nearZeroFirst(one.way, other.way))
    .slice(0, WAYS_SHOWN)
    .map((one) => wayText(one, release));
  const more = ways.length > told.length ? [`and ${ways.length - told.length} more`] : [];
  const names = cause.ops.length === 1 ? '' : `${listed(cause.ops)}: `;
  return `${names}${[...told, ...more].join('; ')}`;
}

function raceText(
  kind: Change['kind'],
  ops: readonly string[],
  { base, before, after }: ReleaseChanges,
): string {
  const names = listed(ops);
  const their = ops.length === 1 ? 'its' : 'their';
  if (kind === 'changed')
    return `${names} in races: ${before} and ${after} part from ${base}, each in its own way`;
  return kind === 'came'
    ? `${names} in races: in ${after} others can come between ${their} accesses, and could not in ${before}`
    : `${names} in races: in ${before} others could come between ${their} accesses, and cannot in ${after}`;
}

/** Who does what the base does is told in those words; the other one, by what it does instead. */
function wayText({ way, kind, atBase }: ThreeWays, { base, before, after }: ReleaseChanges): string {
  const where = `${way.call} where the count is ${intervalText(way)}`;
  const like = `does what ${base} does`;
  switch (kind) {
    case 'came':
      return `${where}: ${before} ${like}; ${after} ${didText(way.subject, atBase)}`;
    case 'went':
      return `${where}: ${before} ${didText(way.base, atBase)}; ${after} ${like}`;
    case 'changed':
      return `${where}: ${before} ${didText(way.base, way.subject)}; ${after} ${didText(way.subject, way.base)}`;
  }
}
