/**
 * Offsets and lines of a text. Facts have both: people look for a line, and diffs are written from offsets. Line ends are
 * `\n`; a `\r` before it is space, and goes with the rest of that.
 */
export class Lines {
  readonly text: string;
  readonly starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** A line's text, without the space around it, at most 200 characters; lines count from 1. */
  textOf(line: number): string {
    const from = this.starts[line - 1]!;
    // A line of megabytes may begin with as many spaces, and be asked for by each of its ops.
    const to = Math.min(this.starts[line] ?? this.text.length, from + 2000);
    return this.text.slice(from, to).trim().slice(0, 200);
  }
}
