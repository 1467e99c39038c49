import { describe, expect, test } from 'vitest';
import type { Case, Observed } from '../../fuzz/case/case.ts';
import type { Divergence, Judgement, Kind } from '../../oracles/divergence.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { type Verdict, verdictKind, verdictLine } from './verdict-line.ts';

const target = loadBuiltInTargets().find(({ name }) => name === 'inet-peer-naive')!;

const nothing: Verdict = {
  target,
  within: 'within 3 × 2',
  left: '',
  gravest: undefined,
  hasNews: false,
  programs: 100,
  looked: 100,
  undecided: 0,
  strange: 0,
  losing: 0,
  mustKeepAll: false,
};

/** A case of `get | put` from one. */
function found(
  judgement: Judgement,
  kind: Kind,
  subject: Partial<Observed> = {},
  reference: Partial<Observed> = {},
): Case {
  const results = [['granted'], ['void']];
  const divergence: Divergence = { op: 'get', boundary: 'zero', kind, judgement };
  return {
    target: target.name,
    program: { start: 'one', threads: [['get'], ['put']] },
    expect: {
      divergence,
      reference: { results, warnings: [], ...reference },
      subject: { results, warnings: [], ...subject },
    },
    why: '',
    found: { by: 'hand' },
  };
}

/** The sentence and what the process exits with, from what differs from a check in which nothing was found. */
const answer = (changes: Partial<Verdict>) => {
  const verdict = { ...nothing, ...changes };
  return [verdictKind(verdict), verdictLine(verdict)];
};
const news = (gravest: Case, changes: Partial<Verdict> = {}) =>
  answer({ gravest, hasNews: true, ...changes });

describe('nothing differs', () => {
  test('and all was decided', () => {
    expect(answer({})).toEqual(['ok', 'ship within 3 × 2: equivalent in both directions']);
    expect(answer({ left: ', without the op gc' })).toEqual([
      'ok',
      'ship within 3 × 2: equivalent in both directions, without the op gc',
    ]);
  });

  test('but something was not decided: "equivalent" and "ship" are not said', () => {
    expect(answer({ undecided: 4 })).toEqual([
      'undecided',
      'undecided: 4 of 100 programs are too large, or have an op that does not return; nothing differs so far',
    ]);
    expect(answer({ looked: 40 })).toEqual([
      'undecided',
      'undecided: 60 of 100 programs were not looked at; nothing differs so far',
    ]);
    expect(answer({ looked: 40, undecided: 1 })[1]).toContain(
      '1 of 100 programs is too large, or has an op that does not return, and 60 were not looked at',
    );
    expect(answer({ undecided: 1, programs: 1, looked: 1 })[1]).toMatch(
      /^undecided: the program is too large/,
    );
  });

  test('but outcomes are lost', () => {
    expect(answer({ losing: 3 })).toEqual([
      'ok',
      'ship within 3 × 2: nothing new; inet-peer-naive lacks outcomes of inet-peer, in 3 of 100 programs',
    ]);
    expect(answer({ losing: 3, mustKeepAll: true })).toEqual([
      'found',
      'look at lost outcomes: in 3 of 100 programs inet-peer-naive cannot end as inet-peer can',
    ]);
  });

  test('but outcomes are new, and no op is to blame', () => {
    expect(answer({ strange: 2 })).toEqual([
      'found',
      'look at new outcomes: in 2 of 100 programs inet-peer-naive can end as inet-peer cannot, and no single op is to blame',
    ]);
  });
});

describe('a finding', () => {
  const program = '(2 ops: "one: get | put")';

  test.each([
    [found('breaks', 'lifetime', { facts: ['use-after-free'] }), 'do not ship: use after free in get'],
    [
      found('misses', 'lifetime', { facts: ['leak'] }, { facts: ['use-after-free'] }),
      'do not ship: leak in get, where inet-peer goes wrong too, and no warning',
    ],
    [
      found('false-alarm', 'result', { results: [['refused'], ['void']] }),
      'do not ship: get is refused, where inet-peer has granted',
    ],
    [
      found('false-alarm', 'result', { results: [['refused'], ['void']], warnings: ['bad'] }),
      'do not ship: get is refused, where inet-peer has granted, and it warns "bad"',
    ],
    [found('false-alarm', 'warning', { warnings: ['bad'] }), 'do not ship: get warns "bad"'],
    [
      found('changes', 'result', {}, { results: [['void'], ['void']] }),
      'look at this change: get is granted, where inet-peer gives none',
    ],
    [
      found('protects', 'lifetime', {}, { facts: ['use-after-free'] }),
      'repairs a use after free in get of inet-peer',
    ],
    [found('protects', 'lifetime'), 'repairs what goes wrong in get of inet-peer'],
    [
      found('protects', 'lifetime', {}, { facts: ['freed-while-held'] }),
      'repairs "freed while held" in get of inet-peer',
    ],
    [
      found('protects', 'warning', { warnings: ['bad'] }, { facts: ['leak'] }),
      'protects where inet-peer goes wrong: get warns "bad"',
    ],
    [
      found('breaks', 'value', { final: 3 }, { final: 2 }),
      'do not ship: get leaves 3, where inet-peer leaves 2',
    ],
    [
      found('breaks', 'result', { results: [['non-terminating'], ['void']] }),
      'do not ship: get does not return, where inet-peer has granted',
    ],
    [
      found('breaks', 'lifetime', { facts: ['unbalanced'] }),
      'do not ship: a lock or a read section out of balance in get',
    ],
    [
      found('breaks', 'lifetime', { facts: ['stuck'] }),
      'do not ship: stuck in get, which no schedule lets come to its end',
    ],
    [found('breaks', 'conservation'), 'do not ship: references are lost or invented, seen at get'],
    [found('misses', 'sticky'), 'do not ship: get takes a saturated count out of saturation'],
    [
      found('transient', 'result', {}, { results: [['refused'], ['void']] }),
      'nothing but documented windows: get is granted, where inet-peer has refused',
    ],
  ])('%#: is told with what to do', (gravest, sentence) => {
    expect(news(gravest)).toEqual(['found', `${sentence} ${program}`]);
  });

  const grave = found('breaks', 'lifetime', { facts: ['leak'] });
  const repair = found('protects', 'lifetime', {}, { facts: ['leak'] });

  test('that is known is no news, and is said all the same', () => {
    expect(answer({ gravest: grave })).toEqual([
      'ok',
      `do not ship: leak in get ${program}; known to the corpus, as is all else that differs`,
    ]);
  });

  test('that is known, beside what was never met, comes last: the rest may hold more', () => {
    expect(answer({ gravest: grave, neverMet: 'in a.c gc is never granted' })).toEqual([
      'undecided',
      `undecided: in a.c gc is never granted; do not ship: leak in get ${program}; known to the corpus, as is all else that differs`,
    ]);
  });

  test('that only misuse shows is told so, and an alarm there is no reason to hold back', () => {
    const alarm = found('false-alarm', 'warning', { warnings: ['bad'] });
    const said = 'only misuse shows it, and sound use shows no finding';
    expect(news(alarm, { isMisuse: true })[1]).toBe(`look at misuse: get warns "bad" ${program}; ${said}`);
    expect(news(grave, { isMisuse: true })[1]).toBe(`do not ship: leak in get ${program}; ${said}`);
    expect(news(alarm)[1]).toBe(`do not ship: get warns "bad" ${program}`);
  });

  test('beside programs that were not decided goes first where it is new, and last where it is not', () => {
    expect(news(grave, { undecided: 4 })[0]).toBe('found');
    expect(news(grave, { undecided: 4 })[1]).toMatch(/^do not ship: .*; undecided: 4 of 100 programs/);
    expect(answer({ gravest: grave, undecided: 4 })[0]).toBe('undecided');
    expect(answer({ gravest: grave, undecided: 4 })[1]).toMatch(/^undecided: 4 of 100 .*; do not ship: /);
  });

  test('that is good news does not hide new outcomes; one that is not does', () => {
    expect(news(repair, { strange: 1 })[1]).toMatch(/^look at new outcomes: .*; repairs a leak/);
    expect(news(grave, { strange: 1 })[1]).toMatch(/^do not ship: /);
  });
});
