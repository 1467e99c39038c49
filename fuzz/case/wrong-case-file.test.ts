import { describe, expect, it } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { COUNTER_TEXT, SCHEME_TEXT } from '../../test/written-cases.ts';
import { parseCase } from './case-file.ts';

describe('a wrong case file', () => {
  const edits: readonly (readonly [why: string, from: string | RegExp, to: string, message: string])[] = [
    // Version
    [
      'later version',
      'case: 1',
      'case: 5\nnews: 1',
      '1:7: case format 5 is unknown, this refuzz reads 1, 2, 3 and 4; a later refuzz may read it',
    ],
    ['no version', 'case: 1\n', '', '1:1: not a case file: it must begin with "case: 2"'],
    // Keys
    ['a misspelt key', 'schedule', 'shedule', '8:1: unknown key "shedule"; did you mean "schedule"?'],
    ['a misspelt key below', 'threads:', 'thread:', '5:3: unknown key "thread"; did you mean "threads"?'],
    ['a misspelt key in a flow', 'seed', 'sead', '23:22: unknown key "sead"; did you mean "seed"?'],
    ['a key twice', 'program:', 'target: x\nprogram:', '3:1: this key is there already'],
    ['no target', /target.*\n/, '', '1:1: the key "target" is missing'],
    ['no start', '  start: INT_MAX\n', '', '4:3: the key "start" is missing'],
    // Names
    ['boundary', 'int-max,', 'intmax,', '10:36: unknown boundary "intmax"; did you mean "int-max"?'],
    ['kind', 'kind: result', 'kind: results', '10:51: unknown kind "results"; did you mean "result"?'],
    ['judgement', 'protects', 'protect', '10:70: unknown judgement "protect"; did you mean "protects"?'],
    [
      'a kind that is no word',
      'kind: result',
      'kind: 3',
      '10:51: expected one of result, value, warning, lifetime, conservation, sticky, race, unordered-free, not 3',
    ],
    [
      'target',
      'refcount-v5.5',
      'a/b',
      '2:9: "a/b" is not a name for a target; write small letters, digits, "-" and "."',
    ],
    // Values
    [
      'start',
      'start: INT_MAX',
      'start: INTMAX',
      `4:10: "INTMAX" is neither a state's name nor a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1`,
    ],
    [
      'a start of 33 bits',
      'start: INT_MAX',
      'start: 0x100000000',
      `4:10: 4294967296 is neither a state's name nor a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1`,
    ],
    [
      'a start for scheme and counter',
      'start: INT_MAX',
      'start: idle',
      '12:22: unknown result "INT_MIN"; did you mean "granted"?',
    ],
    [
      'a result',
      '[true]',
      '[yes]',
      '15:36: "yes" is not a result; write true, false, void or a 32-bit value',
    ],
    [
      'a result of 33 bits',
      '0x00001388',
      '-3000000000',
      '12:33: -3000000000 is not a result; write true, false, void or a 32-bit value',
    ],
    [
      'a final value',
      'final: INT_MIN',
      'final: INT_MUN',
      '13:12: "INT_MUN" is not a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1',
    ],
    [
      'facts of a counter',
      'final: INT_MIN',
      'facts: [leak]',
      '13:12: a counter has no facts, only schemes have; leave them out',
    ],
    ['a seed', '0x3f2a91c4', '-1', '23:28: must be at least 0, not -1'],
    ['a seed that is text', '0x3f2a91c4', '3f2a91c4', '23:28: expected a number, not "3f2a91c4"'],
    // Programs
    [
      'an op torn at its comma',
      "'cmpxchg(1, 0)'",
      'cmpxchg(1, 0)',
      `6:13: "cmpxchg(1" is not an op; write dec, add(2) or 'cmpxchg(1, 0)', with quotes round a comma`,
    ],
    [
      'an argument',
      "'cmpxchg(1, 0)'",
      'add(MAX)',
      '6:13: "MAX" is not a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1',
    ],
    ['no threads', /threads:\n( .*\n)+/, 'threads: []\n', '5:12: must not be empty'],
    ['too many ops', '[read]', `[${'read, '.repeat(13)}]`, '7:7: takes at most 12'],
    ['too many threads', '    - [read]\n', '    - [read]\n'.repeat(4), '6:5: takes at most 4'],
    [
      'a thread that is not there',
      '[0, 0, 0, 1]',
      '[0, 0, 2, 1]',
      '8:18: there is no thread 2; the last one is 1',
    ],
    [
      'results of another program',
      '[0x00001388]]',
      '[0], [0]]',
      '12:14: results of 3 threads, and the program has 2',
    ],
    ['a result too many', '[true]', '[true, false]', '15:42: thread 1 has no op for this result'],
  ];
  for (const [why, from, to, message] of edits) {
    it(`is refused: ${why}`, () => expect(errorOf(COUNTER_TEXT.replace(from, to))).toBe(`c.yaml:${message}`));
  }

  it('is refused: schemes and what belongs to counters', () => {
    expect(errorOf(SCHEME_TEXT.replace('[[granted', '[[grunted'))).toBe(
      'c.yaml:10:16: unknown result "grunted"; did you mean "granted"?',
    );
    expect(errorOf(SCHEME_TEXT.replace('[[granted', '[[true'))).toBe(
      'c.yaml:10:16: true is not a result; write granted, refused, void',
    );
    expect(errorOf(SCHEME_TEXT.replace('facts: [leak', 'facts: [leek'))).toBe(
      'c.yaml:13:13: unknown fact "leek"; did you mean "leak"?',
    );
    expect(errorOf(SCHEME_TEXT.replace('facts: [leak, use-after-free]', 'final: 0'))).toBe(
      'c.yaml:13:12: a scheme has no final value; leave it out',
    );
    // One thread, and up to four behind it for what runs later.
    const scheduled = (schedule: string) => SCHEME_TEXT.replace('expect:', `schedule: ${schedule}\nexpect:`);
    expect(errorOf(scheduled('[0, 1]'))).toBe('no error');
    expect(errorOf(scheduled('[0, 5]'))).toBe('c.yaml:7:15: there is no thread 5; the last one is 4');
  });
});

function errorOf(text: string): string {
  try {
    parseCase('c.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return 'no error';
}
