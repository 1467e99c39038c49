/** Lines of unchanged text around a change. */
const AROUND = 3;

/** A line of a diff: kept, taken out or put in. */
interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * The unified diff of two texts, as `patch -p1` and `git apply` take it; empty where they are the same.
 *
 * @param name of the file below the root, for both sides
 * @param newName of the second side, where that is another file
 */
export function unifiedDiff(before: string, after: string, name: string, newName = name): string {
  if (before === after) return '';
  const lines = diffLines(before.split('\n'), after.split('\n'));
  const hunks = hunksOf(lines);
  return [`--- a/${name}`, `+++ b/${newName}`, ...hunks, ''].join('\n');
}

/**
 * The longest common subsequence, after what is alike at both ends: sources that are converted differ in few lines, so the
 * table in between is small.
 */
function diffLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const shortest = Math.min(before.length, after.length) - start;
  while (end < shortest && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(kept),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  for (let one = before.length - 1; one >= 0; one--)
    for (let other = after.length - 1; other >= 0; other--)
      longest[one * width + other] =
        before[one] === after[other]
          ? longest[(one + 1) * width + other + 1]! + 1
          : Math.max(longest[(one + 1) * width + other]!, longest[one * width + other + 1]!);
  const lines: Line[] = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    if (one < before.length && other < after.length && before[one] === after[other]) {
      lines.push({ sign: ' ', text: before[one++]! });
      other++;
    } else if (
      one < before.length &&
      (other === after.length || longest[(one + 1) * width + other]! >= longest[one * width + other + 1]!)
    )
      lines.push({ sign: '-', text: before[one++]! });
    else lines.push({ sign: '+', text: after[other++]! });
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ sign }, at) => (sign === ' ' ? [] : [at]));
  const out: string[] = [];
  for (let first = 0; first < changed.length; ) {
    let last = first;
    while (last + 1 < changed.length && changed[last + 1]! - changed[last]! <= 2 * AROUND) last++;
    const from = Math.max(0, changed[first]! - AROUND);
    // Behind the last line feed there is no line.
    const to = Math.min(lines.length, changed[last]! + AROUND + 1);
    const shown = lines.slice(from, to).filter(({ text }, at) => text !== '' || from + at < lines.length - 1);
    out.push(hunkHead(lines, from, shown), ...shown.map(({ sign, text }) => `${sign}${text}`));
    first = last + 1;
  }
  return out;
}

function hunkHead(lines: readonly Line[], from: number, shown: readonly Line[]): string {
  const count = (some: readonly Line[], sign: '-' | '+') =>
    some.filter((line) => line.sign === ' ' || line.sign === sign).length;
  const before = lines.slice(0, from);
  const [oldLines, newLines] = [count(shown, '-'), count(shown, '+')];
  return `@@ -${count(before, '-') + 1},${oldLines} +${count(before, '+') + 1},${newLines} @@`;
}
