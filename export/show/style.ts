/** How text is set off. The command line passes colours, everything else `plainStyle`. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const same = (text: string) => text;

/** Text as it is: for files, pipes and tests. */
export const plainStyle: Style = { bold: same, dim: same, red: same, green: same, yellow: same };

/** A piece of a line and how it is set off, so that widths are counted on the bare text. */
export interface Span {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** One line of the screen, from left to right. */
export type Line = readonly Span[];

/** @param paint defaults to leaving the text as it is */
export function span(text: string, paint: (text: string) => string = same): Span {
  return { text, paint };
}

/** Columns that a line takes: its UTF-16 units, without what sets them off. Each sign of the tables is one of each. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** The line as text, with what sets it off. */
export function painted(line: Line): string {
  return line.map(({ text, paint }) => paint(text)).join('');
}

/**
 * Breaks text at spaces. A line break in it begins a paragraph.
 *
 * @param width most columns of a line; a longer word has a line of its own
 * @returns no line for text without words
 */
export function wrapped(text: string, width: number): string[] {
  return text.split(/[\r\n]+/).flatMap((paragraph) => {
    const lines: string[] = [];
    for (const word of paragraph.split(/\s+/).filter((part) => part !== '')) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width)
        lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines;
  });
}
