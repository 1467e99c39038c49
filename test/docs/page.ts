/** A command that a page shows, and what it says that it prints. */
export interface ShownCommand {
  readonly page: string;
  readonly line: number;
  readonly command: string;
  /** Lines; undefined where the page shows no output. */
  readonly output: readonly string[] | undefined;
  /** Why it is not run, as the comment above its block says. */
  readonly notRun: string | undefined;
}

/** A page, as far as its commands go. */
export interface Page {
  readonly path: string;
  /** Folders and files that `<!-- files: … -->` puts into the folder in which its commands run. */
  readonly files: readonly string[];
  readonly commands: readonly ShownCommand[];
}

const BLOCK = /(?:^<!-- not run: ([^>]+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

/**
 * Every command of the fenced blocks of a page: in `sh` the whole block is one script, without output; in a block without a
 * language that begins with `$ ` each such line is a command, and what follows it is its output.
 */
export function readPage(path: string, text: string): Page {
  const files = [...text.matchAll(/^<!-- files: (.+) -->$/gm)].flatMap(([, names]) => names!.split(' '));
  const commands = [...text.matchAll(BLOCK)].flatMap((match) => {
    const [, notRun, language, body] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const one = { page: path, line, notRun };
    if (language === 'sh') return [{ ...one, command: body!.trim(), output: undefined }];
    if (language !== '' || !body!.startsWith('$ ')) return [];
    return body!
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command, ...output] = part.trimEnd().split('\n');
        return { ...one, command: command!, output: output.length > 0 ? output : undefined };
      });
  });
  return { path, files, commands };
}

/**
 * What may differ from one run to the next, and from one machine to another. Nothing else is made equal:
 *
 *     15.4 s, 200 ms          times
 *     366/s  70k op pairs/s   speeds
 *     94 MB                   memory
 *     on 2 threads            how many cores there are
 */
export function normalised(line: string): string {
  return line
    .replaceAll(/\b\d+(?:\.\d+)? (s|ms|min)\b/g, 'N $1')
    .replaceAll(/\b\d+(?:\.\d+)?[kMG]?(?= ?(?:[a-z ]+)?\/s\b)/g, 'N')
    .replaceAll(/\b\d+ MB\b/g, 'N MB')
    .replaceAll(/\bon \d+ threads\b/g, 'on N threads')
    .trimEnd();
}

/**
 * Whether a command printed what its page shows. A line that is `…` stands for any lines, one that ends in `…` for any that
 * begins like it. Lines of standard error stand where the page has them, and may be left out; of standard output nothing may.
 *
 * @returns what is not as shown; undefined where all is
 */
export function difference(
  shown: readonly string[],
  out: readonly string[],
  err: readonly string[],
): string | undefined {
  let [at, noted] = [0, 0];
  let isOpen = false;
  const fits = (expected: string, actual: string) =>
    expected.endsWith('…')
      ? normalised(actual).startsWith(normalised(expected.slice(0, -1)))
      : normalised(expected) === normalised(actual);
  for (const expected of shown) {
    if (expected.trim() === '…') {
      isOpen = true;
      continue;
    }
    const found = out.findIndex((line, index) => index >= at && fits(expected, line));
    if (found >= 0 && (found === at || isOpen)) {
      at = found + 1;
      isOpen = false;
      continue;
    }
    const note = err.findIndex((line, index) => index >= noted && fits(expected, line));
    if (note < 0) return `shown "${expected}", printed "${out[at] ?? '(nothing)'}"`;
    noted = note + 1;
  }
  return isOpen || at === out.length ? undefined : `printed "${out[at]}", which is not shown`;
}
