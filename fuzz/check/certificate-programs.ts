import { formatProgram } from '../case/program-text.ts';
import type { Program } from '../program/program.ts';
import { kindOfThread } from '../run/alike-threads.ts';
import type { Harness } from '../run/harness.ts';
import type { ScopeSize } from './scope.ts';

/** Programs that differ only in what their last thread does. */
export interface ProgramLine {
  /** The program without its last thread: `one: put | `. */
  readonly text: string;
  /** One for each list that the last thread may have, in the order of `listsOf`. */
  programs(): Iterable<Program>;
  /** How many they are. */
  readonly length: number;
}

/**
 * Every program of a scope, counted the plain way: every list of calls for every thread, one loop inside the other. Of
 * threads that hold as much at the start, the later one has no earlier list: which of them is which makes no program. It
 * shares nothing with `Scope`, which numbers the same programs by arithmetic.
 *
 *     lists a, b     1:     a, b                one thread
 *                    1: a | a, b                two
 *                    1: b | b
 */
export function* programLines(harness: Harness, { threads, ops }: ScopeSize): Generator<ProgramLine> {
  const lists = listsOf(harness.calls, ops);
  for (const start of harness.target.initial) {
    for (let count = 1; count <= threads; count++) {
      for (const before of choices(harness, start, count - 1, lists.length)) {
        const first = leastList(harness, start, before);
        yield lineOf(harness, start, before, first, lists);
      }
    }
  }
}

/** What `listsOf` gives of the calls of a harness, as a certificate names it. */
export function listTexts({ calls, alphabet }: Harness, longest: number): string[] {
  return listsOf(calls, longest).map((list) => list.map((call) => alphabet.format(call)).join(', '));
}

/** Every list of 1 to `longest` calls: shorter ones first. */
function listsOf(calls: readonly number[], longest: number): number[][] {
  const lists: number[][] = [];
  for (let last: number[][] = [[]], length = 1; length <= longest; length++) {
    last = last.flatMap((list) => calls.map((call) => [...list, call]));
    // One by one: as arguments, so many would not fit on the stack.
    for (const list of last) lists.push(list);
  }
  return lists;
}

function lineOf(
  harness: Harness,
  start: Program['start'],
  before: readonly number[],
  first: number,
  lists: readonly (readonly number[])[],
): ProgramLine {
  const threads = before.map((list) => lists[list]!);
  const length = lists.length - first;
  return {
    text: formatProgram(harness, { start, threads: [...threads, []] }),
    length,
    *programs() {
      for (let list = first; list < lists.length; list++)
        yield { start, threads: [...threads, lists[list]!] };
    },
  };
}

/** What so many threads may do, as numbers of lists. */
function* choices(
  harness: Harness,
  start: Program['start'],
  threads: number,
  lists: number,
): Generator<readonly number[]> {
  if (threads === 0) {
    yield [];
    return;
  }
  for (const before of choices(harness, start, threads - 1, lists)) {
    for (let list = leastList(harness, start, before); list < lists; list++) yield [...before, list];
  }
}

/** The first list that the next thread may have: that of the thread before it that holds as much. */
function leastList({ target }: Harness, start: Program['start'], before: readonly number[]): number {
  const next = kindOfThread(target, start, before.length);
  const alike = before.findLastIndex((_, thread) => kindOfThread(target, start, thread) === next);
  return alike < 0 ? 0 : before[alike]!;
}
