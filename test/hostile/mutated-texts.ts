import { RandomChoices } from '../../fuzz/program/choices.ts';

/** Words and signs that mean something in YAML or in C, or nothing anywhere. */
const PIECES: readonly string[] = [
  ...[
    '',
    '\n',
    '\t',
    ' ',
    ':',
    '-',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '#',
    '&a ',
    '*a ',
    '!!int ',
    '!!js/function ',
    '|',
    '>',
    '---\n',
    '...\n',
    '? ',
  ],
  ...[
    '<<: *a',
    '&a [*a, *a]',
    '__proto__',
    'constructor',
    'null',
    'true',
    '~',
    '.inf',
    '.nan',
    '1e999',
    '-0',
    '0x80000000',
  ],
  ...[
    '99999999999999999999',
    'INT_MAX',
    'SATURATED',
    '2024-01-01',
    '\u0000',
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\u{10ffff}',
  ],
  ...[
    '(',
    ')',
    ';',
    '/*',
    '*/',
    '//',
    '"',
    '\\\n',
    '#include "',
    '#define ',
    '#if 1\n',
    '#endif\n',
    'REFUZZ_STATE(One) { }',
    'while (1);',
  ],
  ...[
    '*(int *)0 = 1;',
    'return',
    'static int seen;',
    '_Atomic int',
    '__asm__("nop")',
    'refuzz_free();',
    'REFUZZ_OP(void, x) { x }',
    '??/',
  ],
];

/**
 * A text with some of it changed: pieces put in, cut out, doubled, moved, repeated. The same choices make the same text.
 *
 * @param texts to begin with, one of which is taken; and from which pieces are taken
 */
export function mutated(texts: readonly string[], seed: number, iteration: number): string {
  const choices = new RandomChoices(seed, iteration);
  const below = (bound: number): number => choices.below(Math.max(1, bound));
  const one = (list: readonly string[]): string => list[below(list.length)]!;
  let text = one(texts);
  for (let step = 1 + below(4); step > 0; step--) {
    const at = below(text.length + 1);
    const length = below(Math.min(40, text.length - at + 1));
    const [before, cut, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    const other = one(texts);
    const from = below(other.length);
    const put = [
      one(PIECES),
      cut + cut,
      other.slice(from, from + below(60)),
      one(PIECES).repeat(1 + below(300)),
      '',
    ];
    text = `${before}${one(put)}${after}`;
  }
  return text;
}
