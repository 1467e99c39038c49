import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { FormatName } from '../../export/format-names.ts';
import { EXPORT_FORMATS } from '../../export/formats.ts';
import type { ExportFormat } from '../../export/reproduce/export-format.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { pairTarget } from '../../fuzz/fast-check/pair-target.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Counter, Scheme } from '../../targets/subject/subject.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { caseNamed } from './exported-corpus.ts';
import { codeOf } from './source-lexer.ts';

/**
 * A case comes from anybody: a mail, a repository. Its texts go into programs that others run, some of them in a kernel.
 */

const SNIPPETS = [
  '*/ ;exit(0);/*',
  '*) exists (true) (*',
  '"; system("id"); //',
  "'; process.exit(0); //",
  '`\u0024{process.exit(0)}`',
  '\u0024{1}',
  '\\',
  '\\"',
  '??/',
  '??/\n#include "/etc/passwd"',
  '\n#define main evil\n',
  '\r\n',
  '\u2028process.exit(0)\u2029',
  '\u202e evil \u2066',
  '\u0000',
  '\u001b[2J',
  '%s%n%d',
  '// \\\n exit(0);',
  '(*',
  '*)',
  '/*',
  '<!--',
  '-->',
  '$(shell id)',
  'é漢🙂\ud800',
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 8, unit: 'binary' })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

const LANGUAGES: Readonly<Record<FormatName, 'c' | 'js' | 'litmus'>> = {
  mjs: 'js',
  vitest: 'js',
  c: 'c',
  kmod: 'c',
  kunit: 'c',
  litmus: 'litmus',
};

/** The code of an export; numbers in its text that count calls of names are no code. */
function codeFor(format: ExportFormat, harness: Harness, stored: Case): string {
  const [file] = format.files(harness, stored);
  return codeOf(file!.text, LANGUAGES[format.name as FormatName])
    .replace(/^C .*$/m, 'C name')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+/g, '\n')
    .trim();
}

function withTexts(stored: Case, text: string): Case {
  const { divergence } = stored.expect;
  return {
    ...stored,
    target: text,
    why: text,
    found: { by: text },
    expect: { ...stored.expect, divergence: { ...divergence, op: text } },
  };
}

describe.each(EXPORT_FORMATS.map((format) => [format.name, format] as const))('%s', (_, format) => {
  test.each([
    ['refcount-v5.5.dec-and-test-minus-one-value-protects'],
    ['refcount-v5.5.read-zero-result-transient'],
    ...(format.name === 'mjs' || format.name === 'c' || format.name === 'vitest'
      ? [['inet-peer-naive.lookup-zero-result-false-alarm']]
      : []),
  ])('texts of a case stay texts: %s', (name) => {
    const { harness, stored } = caseNamed(name);
    // The case itself is text of the vitest export, a string for each of its lines.
    const code = (one: Case) => codeFor(format, harness, one).replace(/(^\s*(""|''),\n?)+/gm, '');
    const expected = code(stored);
    fc.assert(
      fc.property(hostile, (text) => {
        expect(code(withTexts(stored, text))).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });
});

const atomic = findSubject('atomic') as Counter;

/** A counter that warns whenever it is incremented. Its name and its warning are whatever somebody called them. */
function namedCounter(name: string, warning: string): Counter {
  return {
    ...atomic,
    name,
    about: warning,
    source: warning,
    ops: {
      inc: {
        arity: 0,
        run(count) {
          count.fetchAdd(1, 'relaxed');
          count.warn({ kind: warning, text: warning });
        },
      },
    },
  };
}

function caseOf(subject: Counter): readonly [Harness, Case] {
  const harness = harnessOf(
    pairTarget({ ...atomic, ops: { inc: atomic.ops.inc! } }, subject, { name: 'mine' }),
  );
  const program = { start: 1, threads: [[harness.alphabet.parse('inc')]] };
  const [rawFinding] = [...deciderOf(harness).rawFindings(program)!.values()];
  return [harness, makeCase(harness, rawFinding!.divergence, program, undefined, { by: 'hand' })];
}

test.each(['mjs', 'c', 'litmus'])('%s: texts of a subject stay texts', (name) => {
  const format = EXPORT_FORMATS.find((one) => one.name === name)!;
  const expected = codeFor(format, ...caseOf(namedCounter('plain', 'plain')));
  fc.assert(
    fc.property(hostile, hostile, (text, warning) => {
      // No warning at all would be no divergence.
      expect(codeFor(format, ...caseOf(namedCounter(text, `w${warning}`)))).toBe(expected);
    }),
    { numRuns: 150 },
  );
});

const peers = findSubject('inet-peer') as Scheme;
const naive = findSubject('inet-peer-naive') as Scheme;

test.each(['mjs', 'c'])('%s: names of states stay texts', (name) => {
  const format = EXPORT_FORMATS.find((one) => one.name === name)!;
  const { stored } = caseNamed('inet-peer-naive.lookup-zero-result-false-alarm');
  const code = (state: string) => {
    const withState = (scheme: Scheme): Scheme => ({ ...scheme, states: { [state]: scheme.states.idle! } });
    const harness = harnessOf(pairTarget(withState(peers), withState(naive), { name: 'mine' }));
    return codeFor(format, harness, { ...stored, program: { ...stored.program, start: state } });
  };
  const expected = code('idle');
  fc.assert(
    // Keys of records that are numbers, or stand for prototypes, are another matter.
    fc.property(hostile, (state) => {
      expect(code(`s${state}`)).toBe(expected);
    }),
    { numRuns: 100 },
  );
});

const folder = mkdtempSync(join(tmpdir(), 'refuzz-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cc = ['gcc', 'clang'].filter((compiler) => spawnSync(compiler, ['--version']).status === 0);

test.skipIf(cc.length === 0 && !process.env.CI)(
  'compilers think so too (skipped without gcc and clang)',
  () => {
    const { harness, stored } = caseNamed('refcount-v5.5.read-zero-result-transient');
    const c = EXPORT_FORMATS.find(({ name }) => name === 'c')!;
    const file = join(folder, 'hostile.c');
    for (const snippet of SNIPPETS) {
      writeFileSync(file, c.files(harness, withTexts(stored, `${snippet} ${snippet}`))[0]!.text);
      for (const compiler of cc) {
        const flags = ['-std=c11', '-pthread', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', file];
        const { status, stderr } = spawnSync(compiler, flags, { encoding: 'utf8' });
        expect(`${status} ${stderr}`, JSON.stringify(snippet)).toBe('0 ');
      }
    }
  },
);
