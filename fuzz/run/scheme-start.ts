import type { Scheme } from '../../targets/subject/subject.ts';
import { SCHEME_WORDS, WordIndex } from './access.ts';
import type { MachineState } from './machine-state.ts';
import type { Holds } from './scheme-holds.ts';
import { type SchemeLayout, wordAt } from './scheme-layout.ts';
import { changeHeld, changeSections } from './scheme-words.ts';
import { startThreadWords } from './thread-words.ts';

const { COUNT, LIST, NOTED } = WordIndex;

/**
 * Sets the words of a machine, all of them 0, as the state has them that its program starts from: what the object is like, and
 * who holds it.
 *
 * @param holds absent where all holds are alike
 */
export function startState(machine: MachineState, scheme: Scheme, holds: Holds | undefined): void {
  const { words, program } = machine;
  const start = scheme.states[program.start as string];
  if (!start) throw new Error(`internal: ${scheme.name} has no state "${program.start}"`);
  const layout = machine.trees.layout!;
  words[COUNT] = start.count;
  words[LIST] = start.list;
  words[NOTED] = start.noted ? 1 : 0;
  start.words?.forEach((value, at) => {
    words[SCHEME_WORDS + at] = value;
  });
  if (start.upper) startUpper(words, start.upper, layout);
  for (const holder of start.holders) {
    changeHeld(words, holder, 1);
    if (start.readers) changeSections(words, holder, 1);
  }
  // What few schemes have lies behind their own words.
  holds?.start(start.holds ?? []);
  if (start.isStarted) words[layout.resource] = 1;
  startThreadWords(words, start.threadWords ?? [], layout);
}

/** Sets the upper halves of words of 64 bits. */
function startUpper(words: Int32Array, upper: readonly number[], layout: SchemeLayout): void {
  upper.forEach((value, place) => {
    const cells = layout.wide?.get(wordAt(place));
    if (cells) words[cells.high] = value;
  });
}
