import { describe, expect, test } from 'vitest';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { atBorder } from './io.ts';
import { ownStyle, visible } from './visible.ts';

describe('what cannot be seen is shown', () => {
  test.each([
    ['a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['a\u009b31mb', 'a\\u{9b}31mb'],
    ['a\rb\u0000\u0007\u007f', 'a\\u{d}b\\u{0}\\u{7}\\u{7f}'],
    ['if (a\u202e\u2066) b\u2069', 'if (a\\u{202e}\\u{2066}) b\\u{2069}'],
    ['get\u200b_\u2060put\ufeff\u00ad', 'get\\u{200b}_\\u{2060}put\\u{feff}\\u{ad}'],
    ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['\u{e0041}\ud800', '\\u{e0041}\\u{d800}'],
  ])('%j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('tabs, lines, letters of any script and the drawings of refuzz stay as they are', () => {
    const text = 'x\ty\nä ж 中 עברית ⟶ ┌─┐ ×\n';
    expect(visible(text)).toBe(text);
  });

  test('a line of JSON stays the same JSON', () => {
    const value = { path: 'a\u202eb\u007f\u{e0041}.yaml', text: 'plain' };
    const [, line = '', last] = visible(`\u001b\n${JSON.stringify(value)}\nend\u0007`).split('\n');
    expect(line).toContain('\\u202e');
    expect(JSON.parse(line)).toEqual(value);
    expect(last).toBe('end\\u{7}');
  });
});

describe('colours', () => {
  test('of refuzz reach the terminal, one within another too', () => {
    expect(visible(ownStyle.bold('a'))).toBe('\u001b[1ma\u001b[22m');
    expect(visible(ownStyle.bold(`a${ownStyle.dim('b')}c`))).toBe(
      '\u001b[1ma\u001b[2mb\u001b[22m\u001b[1mc\u001b[22m',
    );
  });

  test('of others do not', () => {
    expect(visible(ownStyle.red('\u001b[32mequivalent'))).toBe('\u001b[31m\\u{1b}[32mequivalent\u001b[39m');
  });
});

test('a file that was asked for is left alone, but for a person at a terminal', () => {
  const said = (isTerminal: boolean) => {
    let all = '';
    const out = (text: string) => {
      all += text;
    };
    const io = atBorder({ out, err: out, isTerminal, style: ownStyle, onInterrupt: () => () => {} });
    io.data('"\u202e"');
    io.out('\u202e');
    io.err('\u202e');
    return all;
  };
  expect(said(false)).toBe('"\u202e"\\u{202e}\\u{202e}');
  expect(said(true)).toBe('"\\u{202e}"\\u{202e}\\u{202e}');
});

test('a name that cannot be seen is pasted as bytes', () => {
  expect(shellWord("a'\n\u202e")).toBe("$'a\\'\\x0a\\xe2\\x80\\xae'");
  expect(shellWord("it's")).toBe("'it'\\''s'");
});
