import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../export/formats.ts';
import { refuzz } from './refuzz.ts';
import { refuzzHere } from './refuzz-here.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refuzz-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASE = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';

describe('wrong usage exits 2 and says what to do', () => {
  test.each([
    [['fuzz', '--sead', '42'], /unknown option '--sead'[\s\S]*--seed/],
    [['fuzz', '--time', '60'], /write a number and a unit/],
    [['fuzz', '--seed', 'x'], /write a whole number/],
    [['fuzz', '--max-threads', '5'], /from 1 to 4/],
    [['fuzz', 'inet-peer-naiv'], /unknown target "inet-peer-naiv"; did you mean "inet-peer-naive"/],
    [['fuzz', 'no-such-file.yaml'], /no-such-file.yaml: there is no such file/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['replay', 'no/such/folder'], /no\/such\/folder: there is no such file or folder/],
    [['show'], /missing required argument/],
    [
      ['export', CASE, '--to', 'cobol'],
      /argument 'cobol' is invalid\. Allowed choices are mjs, c, kmod, kunit, litmus, vitest/,
    ],
  ])('%j', async (args, message) => {
    const { code, err } = await refuzzHere(args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('and so does the process', async () => {
    const { code, out, err } = await refuzz(['frobnicate']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/unknown command 'frobnicate'/);
  });

  test('a target file with a typo names file, line, column and the nearest name', async () => {
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, 'target: mine\nabout: x\nreference: atomic\nsubject: refcount/v5.6\ninitial: [0]\n');
    const { code, err } = await refuzzHere(['fuzz', path]);
    expect(err).toContain('mine.yaml:4:10');
    expect(err).toContain('refcount/v5.5');
    expect(code).toBe(2);
  });

  test('a bad case file names file, line and column', async () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(path, readFileSync(CASE, 'utf8').replace('boundary: zero', 'boundary: zro'));
    const { code, err } = await refuzzHere(['show', path]);
    expect(err).toMatch(/bad\.yaml:\d+:\d+: .*zro/);
    expect(code).toBe(2);
  });

  test('a case with an op that its target lacks', async () => {
    const path = join(folder, 'op.yaml');
    writeFileSync(path, readFileSync(CASE, 'utf8').replace('- [lookup]', '- [lookop]'));
    const { code, err } = await refuzzHere(['show', path]);
    expect(err).toMatch(/op\.yaml: unknown op "lookop"; did you mean "lookup"/);
    expect(code).toBe(2);
  });
});

describe('fuzz', () => {
  test('finds, stores, and then knows', async () => {
    const corpus = join(folder, 'found');
    const args = [
      'fuzz',
      'inet-peer-naive',
      '--corpus',
      corpus,
      '--seed',
      '1',
      '--iterations',
      '150',
      '--json',
    ];
    const first = await refuzz(args);
    expect(first.code).toBe(1);
    const summary = JSON.parse(first.out.trim().split('\n').at(-1)!);
    expect(summary).toMatchObject({ iterations: 150, known: 0 });
    expect(summary.new).toBe(summary.divergences.length);
    expect(summary.new).toBeGreaterThan(3);
    for (const { case: path } of summary.divergences) expect(existsSync(path), path).toBe(true);

    const second = await refuzz(args);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.out.trim().split('\n').at(-1)!)).toMatchObject({ known: summary.new, new: 0 });
  });

  test('the same seed finds the same, byte for byte', async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    for (const corpus of [one, other]) {
      await refuzz(['fuzz', 'refcount-v4.11', '--corpus', corpus, '--seed', '9', '--iterations', '20']);
    }
    const namesIn = (corpus: string) =>
      readdirSync(join(corpus, 'refcount-v4.11'), { recursive: true, encoding: 'utf8' }).sort();
    const names = namesIn(one);
    expect(names.length).toBeGreaterThan(9);
    expect(namesIn(other)).toEqual(names);
    for (const name of names.filter((path) => path.endsWith('.yaml'))) {
      const read = (corpus: string) => readFileSync(join(corpus, 'refcount-v4.11', name), 'utf8');
      expect(read(one)).toBe(read(other));
    }
  });

  test('a campaign that executed nothing exits 3', async () => {
    const { code, err } = await refuzz([
      'fuzz',
      'pax',
      '--iterations',
      '0',
      '--corpus',
      join(folder, 'none'),
    ]);
    expect(code).toBe(3);
    expect(err).toContain('nothing was decided for pax');
  });

  test('the canary is found', async () => {
    const { code, out } = await refuzz([
      'fuzz',
      'canary',
      '--iterations',
      '300',
      '--seed',
      '2',
      '--corpus',
      join(folder, 'canary'),
    ]);
    expect(code).toBe(1);
    expect(out).toContain('canary: 2 new causes');
    expect(out).toMatch(/new +dec_and_test parts from atomic where the count is 1:/);
    expect(out).toMatch(/new +inc_not_zero does alone what atomic does/);
    expect(out).toMatch(/next: refuzz explain canary\/dec_and_test-from-1-to-2 --corpus/);
  });

  test('a corpus that is a file is refused at once', async () => {
    const { code, err } = await refuzzHere(['fuzz', 'pax', '--corpus', 'package.json', '--iterations', '1']);
    expect(code).toBe(2);
    expect(err).toContain('package.json: is not a folder');
  });

  test('an interrupt ends it with a summary and 130', async () => {
    const { code, out } = await refuzz(
      ['fuzz', 'inet-peer-biased', '--time', '60s', '--corpus', join(folder, 'int')],
      { signalAfter: 1500 },
    );
    expect(code).toBe(130);
    expect(out).toContain('programs');
  });

  test('a corpus that cannot be written stops the campaign and shows the case', async () => {
    // Nobody can make a folder below a file, not even root.
    const corpus = join(resolve('package.json'), 'corpus');
    const { code, err } = await refuzz(['fuzz', 'refcount-v4.11', '--corpus', corpus, '--iterations', '100']);
    expect(code).toBe(2);
    expect(err).toMatch(/cannot be written \(.*\); free some space, or name a folder/);
    expect(err).toContain('case: 2\ntarget: refcount-v4.11');
  });
});

describe('cases', () => {
  test('show draws the run', async () => {
    const { code, out } = await refuzz(['show', CASE]);
    expect(code).toBe(0);
    expect(out).toContain('diverges here');
  });

  test('replay fails when behaviour changed, in either direction', async () => {
    const path = join(folder, 'changed.yaml');
    writeFileSync(path, readFileSync(CASE, 'utf8').replaceAll('[[refused]]', '[[granted]]'));
    const { code, out } = await refuzz(['replay', path]);
    expect(code).toBe(1);
    expect(out).toContain('changed');
    expect(out).toContain('0 passed, 1 failed');
  });

  test('replay spells values as case files do', async () => {
    const path = join(folder, 'values.yaml');
    const stored = readFileSync(
      'corpus/refcount-v5.5/add+inc-from-INT_MAX-to-0/inc-zero-value-protects.yaml',
      'utf8',
    );
    writeFileSync(path, stored.replace('final: 0xC0000000', 'final: 0xC0000001'));
    const { code, out } = await refuzzHere(['replay', path]);
    expect(code).toBe(1);
    expect(out).toContain('subject: final was 0xC0000001, now 0xC0000000');
  });

  test('replay runs what lies beside a file that is no case, and beside one whose target is gone', async () => {
    const cases = join(folder, 'some-wrong');
    mkdirSync(cases);
    const text = readFileSync(CASE, 'utf8');
    const files = {
      'a.yaml': text.replace('boundary: zero', 'boundary: zeroo'),
      'b.yaml': text.replaceAll('[[refused]]', '[[granted]]'),
      'c.yaml': text.replace(/^target: .*$/m, 'target: gone'),
      'd.yaml': text.replace(/^target: .*$/m, 'target: gone'),
      'e.yaml': text,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cases, name), content);
    const { code, out, err } = await refuzz(['replay', cases, '--json']);
    expect(code).toBe(2);
    expect(out).toMatch(/^changed .*b\.yaml$/m);
    expect(out).toContain('1 passed, 1 failed\n3 not run\n');
    expect(err).toMatch(/refuzz: .*a\.yaml:\d+:\d+: unknown boundary "zeroo"; did you mean "zero"\?/);
    expect(err).toMatch(/refuzz: .*c\.yaml: unknown target "gone".* \(and 1 more like it\)/);
    const { cases: ran, refused } = JSON.parse(out.trim().split('\n').at(-1)!);
    expect(ran).toBe(2);
    expect(refused.map(({ path }: { path: string }) => path)).toEqual(
      ['a', 'c', 'd'].map((name) => join(cases, `${name}.yaml`)),
    );
    expect(refused[0]).toMatchObject({ line: expect.any(Number), reason: expect.stringMatching(/^unknown/) });
  });

  test('a file that is no case is told where it is all there is, and not as an empty folder', async () => {
    const path = join(folder, 'no-case.yaml');
    writeFileSync(path, 'case: 9\n');
    const { code, err } = await refuzzHere(['replay', path]);
    expect(code).toBe(2);
    expect(err).toContain('case format 9 is unknown');
    expect(err).not.toContain('no case was found');
  });

  test('replay of nothing exits 3', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect((await refuzzHere(['replay', empty])).code).toBe(3);
  });

  test('minimize brings a padded case back to the stored one', async () => {
    const path = join(folder, 'padded.yaml');
    const text = readFileSync(CASE, 'utf8');
    const padded = text
      .replace('    - [lookup]\n', '    - [lookup, gc]\n    - [lookup]\n')
      .replace('results: [[granted]]', 'results: [[granted, refused], [granted]]')
      .replace('results: [[refused]]', 'results: [[refused, refused], [refused]]');
    writeFileSync(path, padded);
    const { code, out, err } = await refuzz(['minimize', path]);
    expect(err).toContain('the smallest there is');
    expect(code).toBe(0);
    expect(out).toContain('threads:\n    - [lookup]\nexpect:');
  });

  test('minimize --write keeps the file and its name', async () => {
    const path = join(folder, 'write.yaml');
    cpSync(CASE, path);
    chmodSync(path, 0o644);
    expect((await refuzz(['minimize', path, '--write'])).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(CASE, 'utf8'));
  });

  test('every format of the table is a choice, and is written: a file, or a folder with a Makefile', async () => {
    const counter = 'corpus/refcount-v5.5/add+inc-from-INT_MAX-to-0/inc-zero-value-protects.yaml';
    for (const { name } of EXPORT_FORMATS) {
      const path = join(folder, `repro.${name}`);
      const { code, err } = await refuzz(['export', counter, '--to', name, '-o', path]);
      expect(`${code} ${err}`).toMatch(`0 wrote ${path}; run it with: `);
      const files = statSync(path).isDirectory() ? readdirSync(path).sort() : [];
      expect(files.length === 0 || files.includes('Makefile'), name).toBe(true);
      const printed = await refuzzHere(['export', counter, '--to', name]);
      const source = files.length === 0 ? path : join(path, files[1]!);
      expect(printed.out).toBe(readFileSync(source, 'utf8'));
    }
  });

  test('what a format cannot say is refused with the reason', async () => {
    const { code, out, err } = await refuzzHere(['export', CASE, '--to', 'litmus']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^refuzz: corpus.*: cannot be said as litmus: a litmus test has no words for/);
  });

  test('an exported file shows the divergence by itself', async () => {
    const path = join(folder, 'repro.mjs');
    expect((await refuzz(['export', CASE, '--to', 'mjs', '--output', path])).code).toBe(0);
    const code = await new Promise((done) => spawn(process.execPath, [path]).on('close', done));
    expect(code).toBe(1);
  });
});

test('targets lists every target file', async () => {
  const { code, out } = await refuzzHere(['targets', '--json']);
  expect(code).toBe(0);
  const files = readdirSync('targets').filter((name) => name.endsWith('.yaml'));
  expect(
    JSON.parse(out)
      .map(({ name }: { name: string }) => `${name}.yaml`)
      .sort(),
  ).toEqual(files.sort());
});
