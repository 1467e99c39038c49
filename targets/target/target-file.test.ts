import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../subject/input-error.ts';
import { INT_MAX } from '../subject/values.ts';
import { builtInTargetFiles, loadBuiltInTargets } from './built-in-targets.ts';
import type { Target } from './target.ts';
import { loadTarget, parseTarget } from './target-file.ts';

const COUNTER = `# a comment
target: t
about: a test
reference: atomic
subject: refcount/v5.5
threads: 2
ops: [inc, add]
initial: [0, INT_MAX-1]
arguments: [1]
oracles: [lockstep]
`;

const SCHEME = `target: t
about: a test
reference: inet-peer
subject: inet-peer-naive
`;

const parse = (text: string): Target => parseTarget('t.yaml', text);

function errorOf(text: string, file = 't.yaml'): string {
  try {
    parseTarget(file, text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return 'no error';
}

describe('a target file', () => {
  it('becomes a target', () => {
    const { reference, subject, ...rest } = parse(COUNTER);
    expect([reference, subject].map((side) => side !== 'ideal' && side.name)).toEqual([
      'atomic',
      'refcount/v5.5',
    ]);
    expect(rest).toEqual({
      name: 't',
      about: 'a test',
      threads: 2,
      ops: ['inc', 'add'],
      initial: [0, INT_MAX - 1],
      arguments: [1],
      oracles: ['lockstep'],
    });
  });

  it('needs little more than two subjects', () => {
    const scheme = parse(SCHEME);
    expect(scheme.threads).toBe(3);
    expect(scheme.ops).toEqual(['lookup', 'lookup_locked', 'put', 'use', 'gc']);
    expect(scheme.initial).toEqual(['idle', 'one', 'two']);
    expect(scheme.arguments).toEqual([]);
    expect(scheme.oracles).toEqual(['outcomes', 'lifetime']);

    const counter = parse(COUNTER.replace(/^(threads|ops|oracles).*\n/gm, ''));
    expect(counter.ops).toContain('set_release');
    expect(counter.ops).not.toContain('xchg');
    expect(counter.oracles).toEqual(['lockstep', 'linearizable', 'conservation', 'sticky']);
  });

  it('spells values in every way, and takes each once', () => {
    const values = (spelling: string, subject = 'refcount/v5.5', reference = 'atomic') =>
      parse(
        COUNTER.replace('[0, INT_MAX-1]', spelling)
          .replace('refcount/v5.5', subject)
          .replace('reference: atomic', `reference: ${reference}`),
      ).initial;
    expect(values('[-1, 0xFFFFFFFF, 4294967295, "-1"]')).toEqual([-1]);
    // YAML leaves this one a string.
    expect(values('[-0x10]')).toEqual([-16]);
    expect(values('[INT_MIN+2, INT_MAX]')).toEqual([-0x7ffffffe, INT_MAX]);
    expect(values('[SATURATED]')).toEqual([-0x40000000]);
    expect(values('[SATURATED+1]', 'refcount/v4.11')).toEqual([0]);
    // The subject's own, and the reference's where it has another.
    expect(values('[SATURATED]', 'refcount/v5.5', 'refcount/v4.11')).toEqual([-0x40000000, -1]);
    expect(values('[0, SATURATED-1]', 'refcount/v4.11', 'refcount/v5.5')).toEqual([0, -2, -0x40000001]);
    expect(values('[SATURATED]', 'atomic', 'refcount/v4.11')).toEqual([-1]);
  });

  it('may judge a counter by the ideal one, whose ops are all', () => {
    const target = parse(
      COUNTER.replace('reference: atomic', 'reference: ideal').replace('[inc, add]', '[dec, set]'),
    );
    expect(target.reference).toBe('ideal');
    expect(target.ops).toEqual(['dec', 'set']);
  });
});

describe('a wrong target file', () => {
  const edits: readonly (readonly [why: string, from: string | RegExp, to: string, message: string])[] = [
    // Names
    [
      'subject',
      'refcount/v5.5',
      'refcount/v5.6',
      '5:10: unknown subject "refcount/v5.6"; did you mean "refcount/v5.5"?',
    ],
    ['reference', ': atomic', ': ideel', '4:12: unknown subject "ideel"; did you mean "ideal"?'],
    ['op', 'inc, add', 'inc, ad', '7:12: unknown op "ad"; did you mean "add"?'],
    ['oracle', '[lockstep]', '[lockstop]', '10:11: unknown name "lockstop"; did you mean "lockstep"?'],
    ['key', 'initial', 'initail', '8:1: unknown key "initail"; did you mean "initial"?'],
    [
      'value',
      'INT_MAX-1',
      'INTMAX',
      '8:14: "INTMAX" is not a 32-bit value; write 1, -1, 0xC0000000, INT_MAX-1, SATURATED',
    ],
    // Sense
    [
      'an op that one side lacks',
      'inc, add',
      'inc, sub_return',
      '7:12: "refcount/v5.5" has no op "sub_return"; the nearest that both sides have is "set"',
    ],
    [
      'an op that everything inherits',
      'inc, add',
      'inc, toString',
      '7:12: unknown op "toString"; did you mean "inc"?',
    ],
    ['an op twice', 'inc, add', 'add, add', '7:12: "add" is listed twice'],
    [
      'a counter against a scheme',
      'refcount/v5.5',
      'inet-peer',
      '5:10: "atomic" is a counter and "inet-peer" a scheme; only two of a kind can be compared',
    ],
    [
      'an oracle for schemes',
      '[lockstep]',
      '[lifetime]',
      '10:11: oracle "lifetime" does not fit a counter; write lockstep, linearizable, conservation, sticky, last-put, ordering, outcomes',
    ],
    [
      'arguments missing',
      /arguments.*\n/,
      '',
      '7:12: add takes an argument; add arguments: [0, 1, -1, INT_MAX]',
    ],
    ['arguments for nothing', 'inc, add', 'inc', '9:12: no op takes an argument; leave "arguments" out'],
    [
      'a value of 33 bits',
      'INT_MAX-1',
      '0x100000000',
      '8:14: 4294967296 is not a 32-bit value; write 1, -1, 0xC0000000, INT_MAX-1, SATURATED',
    ],
    [
      'a value of no bits',
      'INT_MAX-1',
      '1.5',
      '8:14: 1.5 is not a 32-bit value; write 1, -1, 0xC0000000, INT_MAX-1, SATURATED',
    ],
    [
      'a list for a value',
      'INT_MAX-1',
      '[1]',
      '8:14: a list is not a 32-bit value; write 1, -1, 0xC0000000, INT_MAX-1, SATURATED',
    ],
    [
      'SATURATED of nobody',
      /refcount[\s\S]*ops: .*\ninitial: .*/,
      'pax\nops: [add]\ninitial: [SATURATED]',
      '7:11: neither side saturates, so SATURATED means nothing',
    ],
    [
      'no initial values',
      /initial.*\n/,
      '',
      '2:1: the key "initial" is missing; write initial: [0, 1, -1, INT_MAX]',
    ],
    // Shape
    [
      'another name than the file',
      'target: t',
      'target: u',
      '2:9: target "u" belongs into u.yaml, not t.yaml',
    ],
    [
      'a name that is a path',
      'target: t',
      'target: ../t',
      '2:9: "../t" is not a name for a target; write small letters, digits, "-" and "."',
    ],
    ['no threads', 'threads: 2', 'threads: 0', '6:10: must be at least 1, not 0'],
    ['five threads', 'threads: 2', 'threads: 5', '6:10: must be at most 4, not 5'],
    ['half a thread', 'threads: 2', 'threads: 1.5', '6:10: expected an integer, not 1.5'],
    ['no ops', '[inc, add]', '[]', '7:6: must not be empty'],
    ['ops as text', '[inc, add]', 'inc', '7:6: expected a list, not "inc"'],
    ['a number for an op', 'inc, add', 'inc, 3', '7:12: expected text, not 3'],
    ['an empty key', 'subject: refcount/v5.5', 'subject:', '5:9: expected text, not nothing'],
    ['a key missing', /subject.*\n/, '', '2:1: the key "subject" is missing'],
    // YAML
    ['a key twice', 'about', 'target', '3:1: this key is there already'],
    ['two documents', 'about', '---\nabout', '3:1: a file holds one document; begin another file'],
    ['a tag', 'about: a', 'about: !a', '3:8: tags are not understood here; leave it out'],
    ['an alias', 'a test', '*t', '3:8: write the value out instead of the alias *t'],
    [
      'an alias bomb',
      /about[\s\S]*/,
      `a: &a [1]\nb: &b [${'*a,'.repeat(200)}]\n`,
      '4:8: write the value out instead of the alias *a',
    ],
    ['a key that is a list', 'about', '[about]', '3:1: a key must be a word'],
    ['a prototype', 'about', '__proto__: 1\nabout', '3:1: unknown key "__proto__"; did you mean "target"?'],
    [
      'a list left open',
      '[inc, add]',
      '[inc, add',
      '8:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ];
  for (const [why, from, to, message] of edits) {
    it(`is refused: ${why}`, () => expect(errorOf(COUNTER.replace(from, to))).toBe(`t.yaml:${message}`));
  }

  it('is refused: schemes and what belongs to counters', () => {
    const start = 't.yaml:5:';
    expect(errorOf(`${SCHEME}initial: [idel]\n`)).toBe(
      `${start}11: unknown state "idel"; did you mean "idle"?`,
    );
    expect(errorOf(`${SCHEME}initial: [0]\n`)).toBe(
      `${start}11: 0 is not a state; a scheme starts from idle, one, two`,
    );
    expect(errorOf(`${SCHEME}oracles: [sticky]\n`)).toBe(
      `${start}11: oracle "sticky" does not fit a scheme; write outcomes, lifetime`,
    );
    expect(errorOf(`${SCHEME}arguments: [0]\n`)).toBe(
      `${start}12: no op takes an argument; leave "arguments" out`,
    );
    expect(errorOf(SCHEME.replace(': inet-peer\n', ': ideal\n'))).toBe(
      't.yaml:3:12: the ideal counter is no reference for a scheme, and "inet-peer-naive" is one',
    );
  });

  it('is refused: nothing, or far too much', () => {
    expect(errorOf('')).toBe('t.yaml: the file is empty');
    expect(errorOf('# nothing\n')).toBe('t.yaml: the file is empty');
    expect(errorOf('refcount\n')).toBe('t.yaml:1:1: expected a mapping, not "refcount"');
    for (const text of ['['.repeat(5000), `${'['.repeat(5000)}${']'.repeat(5000)}`, '{a: '.repeat(5000)]) {
      expect(errorOf(text)).toBe('t.yaml: nested too deeply');
    }
  });

  it('has its position as data too', () => {
    expect(() => parse(COUNTER.replace('inc, add', 'inc, ad'))).toThrow(
      expect.objectContaining({ name: 'InputError', file: 't.yaml', line: 7, column: 12 }),
    );
  });
});

describe('target files on disk', () => {
  it('are loaded by path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'refuzz-'));
    try {
      writeFileSync(join(folder, 't.yaml'), COUNTER);
      expect(loadTarget(join(folder, 't.yaml')).name).toBe('t');
      const missing = join(folder, 'u.yaml');
      expect(() => loadTarget(missing)).toThrow(new InputError(missing, 'there is no such file'));
      expect(() => loadTarget(folder)).toThrow(new InputError(folder, 'is a folder; name a target file'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that come with refuzz are all sound', () => {
    const files = readdirSync('targets').filter((file) => file.endsWith('.yaml'));
    const compiled = builtInTargetFiles().filter((file) => file.needsCompiler);
    const names = [...loadBuiltInTargets(), ...compiled].map(({ name }) => `${name}.yaml`);
    expect(names.sort()).toEqual(files.sort());
  });

  it('compare these', () => {
    const lines = loadBuiltInTargets().map(
      ({ name, reference, subject, ops, initial, arguments: values }) => {
        const sides = `${reference === 'ideal' ? 'ideal' : reference.name} / ${subject.name}`;
        return `${name}: ${sides}, ${ops.length} ops, ${initial.length} starts, ${values.length} arguments`;
      },
    );
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "atomic-vs-ideal: ideal / atomic, 21 ops, 8 starts, 6 arguments
      canary: atomic / canary, 3 ops, 3 starts, 0 arguments
      inet-peer-biased: inet-peer / inet-peer-biased, 5 ops, 3 starts, 0 arguments
      inet-peer-naive-gc: inet-peer / inet-peer-naive-gc, 5 ops, 3 starts, 0 arguments
      inet-peer-naive: inet-peer / inet-peer-naive, 5 ops, 3 starts, 0 arguments
      inet-peer-now: inet-peer / inet-peer-now, 5 ops, 3 starts, 0 arguments
      ip-vs-dest-naive: ip-vs-dest / ip-vs-dest-naive, 6 ops, 5 starts, 0 arguments
      ip-vs-dest-now: ip-vs-dest / ip-vs-dest-now, 6 ops, 5 starts, 0 arguments
      pax: atomic / pax, 21 ops, 8 starts, 6 arguments
      refcount-v4.11: atomic / refcount/v4.11, 11 ops, 9 starts, 6 arguments
      refcount-v5.5: atomic / refcount/v5.5, 11 ops, 8 starts, 7 arguments
      refcount-x86: atomic / refcount/x86, 11 ops, 9 starts, 7 arguments
      v4.11-to-v5.5: refcount/v4.11 / refcount/v5.5, 11 ops, 9 starts, 7 arguments
      v5.5-vs-ideal: ideal / refcount/v5.5, 11 ops, 8 starts, 7 arguments"
    `);
  });

  // An op that takes all of a saturated count is where two releases of the kernel differ.
  it('start from where their sides saturate, and take as much', () => {
    const saturated = loadBuiltInTargets().flatMap(
      ({ reference, subject, initial, arguments: given, name }) =>
        [reference, subject].flatMap((side) =>
          side === 'ideal' || side.saturated === undefined || name === 'canary' || side.kind === 'scheme'
            ? []
            : [initial.includes(side.saturated), given.includes(side.saturated)],
        ),
    );
    expect(saturated).toHaveLength(2 * 6);
    expect(saturated).not.toContain(false);
  });
});

it('an oracle that needs a reference with states is refused beside the ideal counter', () => {
  const text =
    'target: t\nabout: x\nreference: ideal\nsubject: refcount/v5.5\ninitial: [0]\nops: [inc]\noracles: [lockstep, outcomes]\n';
  expect(() => parseTarget('t.yaml', text)).toThrow(
    /^t\.yaml:7:21: oracle "outcomes" does not fit a counter beside the ideal counter; write lockstep/,
  );
});

describe('a file that is large and wrong', () => {
  it('is not quoted whole', () => {
    const long = 'a'.repeat(100_000);
    for (const key of ['reference', 'subject', 'discipline', 'ops', 'threads'])
      expect(
        errorOf(`${COUNTER.replace(new RegExp(`^${key}: .*\\n`, 'm'), '')}${key}: ${long}\n`).length,
      ).toBeLessThan(400);
    expect(errorOf(COUNTER.replace('target: t', `target: ${long}`))).toBe(
      't.yaml:2:9: must have at most 200 characters',
    );
  });

  it('takes time for each of its keys, and not for each pair of them', () => {
    const keys = Array.from({ length: 30_000 }, (_, at) => `k${at}: 1\n`).join('');
    const started = process.cpuUsage();
    expect(errorOf(`${COUNTER}${keys}`)).toContain('unknown key "k0"');
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5);
  });
});
