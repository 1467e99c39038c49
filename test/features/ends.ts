import { Explorer, type ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import { resultClasses } from '../../fuzz/judge/scheme-outcomes.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Machine } from '../../fuzz/run/machine.ts';
import { factOf } from '../../fuzz/run/scheme-facts.ts';

const MOST_STATES = 100_000;

/**
 * What complete runs of a program come to: the results of each thread's ops, and the fact, if there is one.
 *
 * @returns such as `granted, void | void use-after-free`
 */
export function endsOf(machine: Machine, program: Program, options: ExplorerOptions): Set<string> {
  const ends = new Set<string>();
  new Explorer(machine, options).explore(program, MOST_STATES, {
    begin: () => ends.clear(),
    state(_, isLast) {
      if (!isLast) return;
      const results = resultClasses(machine).map((list) => list.join(', '));
      ends.add(`${results.join(' | ')} ${factOf(machine.fact)?.what ?? ''}`.trim());
    },
  });
  return ends;
}

/** The same where it is not said which of two threads that are alike is which. @param kinds by thread: equal where they are */
export function unordered(ends: ReadonlySet<string>, kinds: readonly string[]): Set<string> {
  return new Set(
    [...ends].map((end) => {
      const [, results, fact] = /^(.*?) ?([a-z-]*-[a-z-]*|leak|resurrection|)$/.exec(end)!;
      const parts = results!.split(' | ').map((part, thread) => `${kinds[thread]}: ${part}`);
      return `${parts.sort().join(' | ')} ${fact}`;
    }),
  );
}
