import type { RunData, StepData } from '../page-data.ts';

/*
 * What is said of each access, line by line: the op where it begins, the access with its memory order,
 * what the op returned where it ends, then warnings, then what befell the object. The order is that of
 * `show`, whose table says the same.
 */

/** A line of text in a lane, and what it is. */
export interface LaneLine {
  readonly text: string;
  readonly kind: 'op' | 'access' | 'order' | 'result' | 'warning' | 'fact' | 'mark';
}

/** One access as it is drawn: its lines, and where they begin. */
export interface LaneRow {
  readonly y: number;
  readonly height: number;
  readonly lines: readonly LaneLine[];
  /** Which of the lines names the access: the values stand beside it. */
  readonly accessLine: number;
}

/** Pixels of a line, above and below those of a row. */
export const LINE = 17;
const ROOM = 5;
/** Signs that a lane has room for. */
export const LANE_SIGNS = 25;

/** Rows from top to bottom, each as high as its lines need. @param top where the first begins */
export function laneRows(run: RunData, top: number): LaneRow[] {
  let y = top;
  return run.steps.map((step) => {
    const lines = linesOf(step);
    const height = lines.length * LINE + 2 * ROOM;
    const row = { y, height, lines, accessLine: step.op === undefined ? 0 : 1 };
    y += height;
    return row;
  });
}

/** Lines that are not there cost no room: most accesses have one. */
function linesOf({ op, access, order, failed, result, warnings = [], fact, diverges }: StepData): LaneLine[] {
  const line = (kind: LaneLine['kind']) => (text: string) => ({ text, kind });
  const said = `${access}${failed ? ', failed' : ''}`;
  const isShort = order === undefined || said.length + 1 + order.length <= LANE_SIGNS;
  return [
    ...(op === undefined ? [] : broken(op, line('op'))),
    ...(isShort && order !== undefined
      ? [{ text: `${said} ${order}`, kind: 'access' as const }]
      : broken(said, line('access'))),
    ...(isShort ? [] : [{ text: order!, kind: 'order' as const }]),
    ...(result === undefined ? [] : [{ text: `= ${result}`, kind: 'result' as const }]),
    ...warnings.flatMap((text) => broken(`⚠ ${text}`, line('warning'))),
    ...(fact === undefined ? [] : broken(`✗ ${fact}`, line('fact'))),
    ...(diverges ? [{ text: '◀ diverges here', kind: 'mark' as const }] : []),
  ];
}

/** At spaces where there are some: a lane is only so wide. */
function broken(text: string, made: (text: string) => LaneLine): LaneLine[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LANE_SIGNS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map(made);
}

/** By word, what it holds: at the start, and after each access. */
export function valuesOver(run: RunData): readonly (readonly string[])[] {
  let now = run.words.map(({ start }) => start);
  const over = [now];
  for (const { changes = [] } of run.steps) {
    now = now.map((text, word) => changes.find(([at]) => at === word)?.[1] ?? text);
    over.push(now);
  }
  return over;
}
