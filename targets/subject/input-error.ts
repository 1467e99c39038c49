/** A place in a file, counted from 1, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Wrong input from the user: not a finding, and not a bug of ours. The command line prints the message and
 * exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;

  /**
   * @param text what is wrong, and what to write instead
   * @param position left out when the file as a whole is wrong
   */
  constructor(file: string, text: string, position?: Position) {
    super(position ? `${file}:${position.line}:${position.column}: ${text}` : `${file}: ${text}`);
    this.file = file;
    if (position) {
      this.line = position.line;
      this.column = position.column;
    }
  }
}
