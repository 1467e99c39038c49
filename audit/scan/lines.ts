/** Offsets and lines of a text. */
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
    const to = this.starts[line] ?? this.text.length;
    return this.text
      .slice(this.starts[line - 1], to)
      .trim()
      .slice(0, 200);
  }
}
