import { randomInt } from 'node:crypto';
import type { Style } from '../../export/show/style.ts';

/*
 * What is printed holds texts of others: names of files, sources, cases, what a compiler or a kernel says. Characters that
 * a terminal obeys, that turn the order of letters about, or that nobody sees are shown as what they are, in one place: here.
 */

/** Two numbers of this process in each colour that refuzz itself writes: no text of others can know them. */
const MARK = `;${randomInt(1000, 10_000)};${randomInt(1000, 10_000)}m`;

/**
 * Own colours; and controls but tab and line feed, halves of characters, what is no character, separators of lines, what
 * marks directions, has no width, or is a tag.
 */
const FOUND = new RegExp(
  String.raw`\u001b\[(\d+)${MARK}|(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`,
  'gu',
);

/**
 * A text in which everything can be seen: `\u{202e}`. Colours of `ownStyle` become those of the terminal.
 *
 *     a line of JSON     \u202e, which is the same text to whoever parses it
 */
export function visible(text: string): string {
  if (text.search(FOUND) < 0) return text;
  return text
    .split(/(?<=\n)/)
    .map((line) => {
      const spelling = isJson(line) ? inJson : escaped;
      return line.replace(FOUND, (found, colour?: string) =>
        colour === undefined ? spelling(found) : `\u001b[${colour}m`,
      );
    })
    .join('');
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function inJson(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

function isJson(line: string): boolean {
  if (!/^[[{]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Numbers that set a colour, or weight, and that end it. A weight that ends in another is taken up again. */
const COLOURS = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** The style of a terminal, which only `visible` can show. */
export const ownStyle: Style = {
  bold: painter('bold'),
  dim: painter('dim'),
  red: painter('red'),
  green: painter('green'),
  yellow: painter('yellow'),
};

function painter(name: keyof typeof COLOURS): (text: string) => string {
  const [open, close] = COLOURS[name].map((number) => `\u001b[${number}${MARK}`) as [string, string];
  return (text) => `${open}${text.replaceAll(close, `${close}${open}`)}${close}`;
}
