/**
 * What may differ from one run to the next, and from one machine to another. Nothing else is made equal:
 *
 *     15.4 s, 200 ms                   times
 *     366/s  70k op pairs/s            speeds
 *     94 MB                            memory
 *     on 2 threads                     how many cores there are
 *     process 8954, 2026-11-30T05:…    processes and dates
 *     Linux 6.12.117, 6.1.0-56-amd64   patch levels of kernels
 */
export function normalised(line: string): string {
  return line
    .replaceAll(/\b\d+(?:\.\d+)? (s|ms|min)\b/g, 'N $1')
    .replaceAll(/\b\d+(?:\.\d+)?[kMG]?(?= ?(?:[a-z ]+)?\/s\b)/g, 'N')
    .replaceAll(/\b\d+ MB\b/g, 'N MB')
    .replaceAll(/\bon \d+ threads?\b/g, 'on N threads')
    .replaceAll(/\bprocess \d+/g, 'process N')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
    .replaceAll(/\b(6\.1|6\.12)\.\d+(-\d+-amd64)?\b/g, '$1.N$2')
    .replaceAll(/-\d+-amd64\b/g, '-N-amd64')
    .trimEnd();
}

/** What a page asks for, beside what it shows. */
export interface Leniency {
  /** Regular expressions of what another run prints differently. */
  readonly varies?: readonly string[];
  readonly isAnyOrder?: boolean;
}

/** How a line is read; where numbers vary, the widths of columns do. */
function reader({ varies = [] }: Leniency): (line: string) => string {
  return (line) => {
    if (varies.length === 0) return normalised(line);
    let read = line;
    for (const one of varies) read = read.replaceAll(new RegExp(one, 'g'), '~');
    return normalised(read).replaceAll(/ +/g, ' ').replaceAll(/─+/g, '─').trim();
  };
}

/** Whether a line is as shown, where `…` as a word of its own, or as the end of one, stands for anything. */
function isAs(expected: string, actual: string): boolean {
  const parts = expected.split(/(?<=^|\s)…(?=$|[\s;,.)])|…$/);
  if (parts.length === 1) return expected === actual;
  const pattern = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*');
  return new RegExp(`^${pattern}$`).test(actual);
}

/** That every shown line was printed, and, unless something is left out, nothing else. */
function differenceOfSets(shown: readonly string[], out: readonly string[], err: readonly string[]) {
  const left = [...out];
  for (const expected of shown.filter((line) => line !== '…')) {
    const found = left.findIndex((line) => isAs(expected, line));
    if (found >= 0) left.splice(found, 1);
    else if (!err.some((line) => isAs(expected, line))) return `shown "${expected}", not printed`;
  }
  if (left.length === 0 || shown.includes('…')) return undefined;
  return `printed "${left[0]}", which is not shown`;
}

/**
 * Whether a command printed what its page shows. A line that is `…` stands for any lines, and a word that is for any text.
 * Lines of standard error stand where the page has them, and may be left out; of standard output nothing may.
 *
 * @returns what is not as shown; undefined where all is
 */
export function difference(
  shown: readonly string[],
  out: readonly string[],
  err: readonly string[],
  leniency: Leniency = {},
): string | undefined {
  const read = reader(leniency);
  const [expectedLines, outLines, errLines] = [shown.map(read), out.map(read), err.map(read)];
  if (leniency.isAnyOrder) return differenceOfSets(expectedLines, outLines, errLines);
  let [at, noted] = [0, 0];
  let isOpen = false;
  for (const expected of expectedLines) {
    // A blank line after what is left out may be one of many.
    if (isOpen && expected === '') continue;
    if (expected.trim() === '…') {
      isOpen = true;
      continue;
    }
    const found = outLines.findIndex((line, index) => index >= at && isAs(expected, line));
    if (found >= 0 && (found === at || isOpen)) {
      at = found + 1;
      isOpen = false;
      continue;
    }
    const note = errLines.findIndex((line, index) => index >= noted && isAs(expected, line));
    if (note < 0) return `shown "${expected}", printed "${outLines[at] ?? '(nothing)'}"`;
    noted = note + 1;
  }
  return isOpen || at === out.length ? undefined : `printed "${outLines[at]}", which is not shown`;
}
