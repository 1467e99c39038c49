import type { TracedRun } from './alone-run.ts';

/**
 * What one has to change in a run to get the other: the accesses after those that both make, the result, the warnings.
 *
 *     fetch_add 1, store 0xC0000000 → fetch_add 1     accesses only: `-store 0xC0000000 | = | =`
 */
export function editOf(base: TracedRun, subject: TracedRun): string {
  return editOfAccesses(base, subject, base.accesses, subject.accesses);
}

/** The same with values as they are. */
function plainEditOf(base: TracedRun, subject: TracedRun): string {
  return editOfAccesses(base, subject, base.plain, subject.plain);
}

/** The same with all values as distances from the old one. */
function distanceEditOf(base: TracedRun, subject: TracedRun): string {
  return editOfAccesses(base, subject, base.distances, subject.distances);
}

/** How runs differ, each difference once. */
export interface Differences {
  /** See `editOf`. */
  readonly edits: ReadonlySet<string>;
  /** With values as they are: see `plainEditOf`. */
  readonly plainEdits: ReadonlySet<string>;
  /** With values as distances: see `distanceEditOf`. */
  readonly distanceEdits: ReadonlySet<string>;
  /** Where in the code they part: see `placeOf`. */
  readonly places: ReadonlySet<string>;
}

/** Of runs of one op on both sides. */
export function differencesOf(
  pairs: readonly (readonly [base: TracedRun, subject: TracedRun])[],
): Differences {
  const all = (textOf: (base: TracedRun, subject: TracedRun) => string) =>
    new Set(pairs.map(([base, subject]) => textOf(base, subject)));
  return {
    edits: all(editOf),
    plainEdits: all(plainEditOf),
    distanceEdits: all(distanceEditOf),
    places: all(placeOf),
  };
}

function editOfAccesses(
  base: TracedRun,
  subject: TracedRun,
  before: readonly string[],
  after: readonly string[],
): string {
  const same = sharedFrom(before, after);
  const removed = before.slice(same).map((text) => `-${text}`);
  const added = after.slice(same).map((text) => `+${text}`);
  const change = (one: unknown, other: unknown) => (one === other ? '=' : `${one}→${other}`);
  const warnings = change(base.warnings.join('; '), subject.warnings.join('; '));
  return [[...removed, ...added].join(', '), change(base.result, subject.result), warnings].join(' | ');
}

/** How many accesses both begin with. */
function sharedFrom(before: readonly string[], after: readonly string[]): number {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return same;
}

/**
 * The first accesses that differ, where it is one access with another operand; else empty. Where a subject is written in
 * another way it makes other accesses from every value, and that two runs begin so says nothing.
 *
 *     fetch_sub 1 → fetch_sub 2     it takes two, from whatever value
 *     fetch_sub 1 → load            it looks first, and what it then does is another matter for each value
 */
export function headOf(edit: string): string {
  const [accesses] = edit.split(' | ') as [string];
  const all = accesses.split(', ');
  const [removed, added] = ['-', '+'].map((sign) => all.find((access) => access.startsWith(sign)) ?? '');
  const nameOf = (access: string) => access.slice(1).split(' ')[0];
  return nameOf(removed!) === nameOf(added!) ? `${removed}${added}` : '';
}

/**
 * The place in the code where two runs of it part: the accesses that both make, and the first that only one makes; of one
 * that returns instead, its end. Where nothing but result or warnings differ, that.
 *
 *     load, compare_exchange old old+1 → load      after the load, where the base exchanges
 */
function placeOf(base: TracedRun, subject: TracedRun): string {
  const same = sharedFrom(base.accesses, subject.accesses);
  const [removed, added] = [base.accesses[same], subject.accesses[same]];
  if (removed === undefined && added === undefined) return editOf(base, subject);
  return `${base.accesses.slice(0, same).join(', ')} | -${removed ?? 'return'} +${added ?? 'return'}`;
}

/** What a run does, as far as it does not depend on the old value. */
export function formOf(old: number, { accesses, result, warnings, value }: TracedRun): string {
  return [...accesses, result === old ? 'old' : result, value === old ? 'old' : 'new', ...warnings].join(
    '\n',
  );
}

/** Whether an edit changes neither result nor warnings. */
export function isOfAccessesOnly(edit: string): boolean {
  return edit.endsWith(' | = | =');
}

/** Whether all edits of both are one, which changes accesses only. */
export function isOneOfAccesses(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const all = new Set([...one, ...other]);
  return all.size === 1 && isOfAccessesOnly([...all][0]!);
}
