import { shown } from '../../fuzz/litmus/run-test.ts';
import type { LitmusTest } from '../../fuzz/litmus/syntax.ts';
import type { Ending } from '../../fuzz/memory/explore.ts';
import { type State, type Write, wordOf, writtenBy } from '../../fuzz/memory/state.ts';
import type { Step } from '../../fuzz/memory/steps.ts';

/** A row of a witness: what a thread did, and what came of it. */
export interface WitnessRow {
  readonly thread: number;
  readonly line: number;
  readonly text: string;
  /** `x = 1`, or where a read took its value from. */
  readonly note: string;
}

/** The steps of an execution, without those that only make others wait. */
export function witnessRows(test: LitmusTest, { setting, steps }: Ending): WitnessRow[] {
  return steps.map((step, index) => {
    const { line, text } = setting.program.threads[step.thread]!.events[step.place]!.at;
    return { thread: step.thread, line, text, note: noteOf(test, { setting, steps }, step, index) };
  });
}

type Run = Pick<Ending, 'setting' | 'steps'>;

/**
 * What came of a step: the value, and what is not seen from the value alone. A full fence and a grace period change what others
 * may still miss, so they have rows; `smp_rmb` and its like only made somebody wait.
 */
function noteOf(test: LitmusTest, run: Run, step: Step, index: number): string {
  const { setting } = run;
  const word = wordOf(setting, step.after, step.thread, step.place);
  const number = setting.base[step.thread]! + step.place;
  switch (step.did) {
    case 'fenced':
      return 'what is known here is known to all';
    case 'began':
      return 'a grace period begins';
    case 'ended':
      return 'the grace period ends';
    case 'wrote':
      return `writes ${name(test, word!)} = ${shown(test, step.after.value[number]!)}${orderNote(test, run, step, number, word!)}`;
    case 'read':
      return `reads ${name(test, word!)} = ${shown(test, step.after.value[number]!)}${sourceNote(test, run, index, word!)}`;
  }
}

function name(test: LitmusTest, word: number): string {
  return [...test.words.keys()][word]!;
}

/** A write that does not come last among those of its word. */
function orderNote(test: LitmusTest, { setting }: Run, step: Step, number: Write, word: number): string {
  const history = step.after.histories[word]!;
  const next = history[history.indexOf(number) + 1];
  return next === undefined
    ? ''
    : `, ahead of ${name(test, word)} = ${shown(test, writtenBy(setting, step.after, next))}`;
}

/** Why a read took what it took, where that is not the last write. */
function sourceNote(test: LitmusTest, { setting, steps }: Run, index: number, word: number): string {
  const { thread, source, after } = steps[index]!;
  const history = after.histories[word]!;
  const stands = history.indexOf(source!);
  if (stands < 0) return ', from its own write to come';
  const newer = history[stands + 1];
  if (newer === undefined) return '';
  const whose = setting.thread[newer]!;
  return `: ${name(test, word)} = ${shown(test, writtenBy(setting, after, newer))} of P${whose} has not reached P${thread}`;
}

/**
 * A column for each thread, a row for each step, and how the words' writes follow each other.
 *
 *     #  P0                    P1
 *     1  WRITE_ONCE(*x, 1)                  writes x = 1
 *     2                     READ_ONCE(*y)   reads y = 0
 */
export function witnessText(test: LitmusTest, ending: Ending): string[] {
  const rows = witnessRows(test, ending);
  const threads = test.threads.map((_, thread) => thread);
  const widths = threads.map((thread) =>
    Math.max(2, ...rows.filter((row) => row.thread === thread).map(({ text }) => text.length)),
  );
  const digits = String(rows.length).length;
  const cells = (number: string, of: (thread: number) => string, note: string) =>
    ['', number.padStart(digits), ...threads.map((thread) => of(thread).padEnd(widths[thread]!)), note]
      .join('  ')
      .trimEnd();
  const { state, setting } = ending;
  return [
    cells('#', (thread) => `P${thread}`, ''),
    ...rows.map((row, index) =>
      cells(String(index + 1), (thread) => (thread === row.thread ? row.text : ''), row.note),
    ),
    ...historyLines(test, state, (write) => shown(test, writtenBy(setting, state, write))),
  ];
}

/** Words that were written more than once: in which order, which no thread need have seen whole. */
function historyLines(test: LitmusTest, state: State, value: (write: Write) => string): string[] {
  return state.histories.flatMap((history, word) =>
    history.length > 2 ? [`  ${name(test, word)}: ${history.map(value).join(' → ')}`] : [],
  );
}
