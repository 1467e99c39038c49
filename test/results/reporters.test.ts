import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { Parser } from 'tap-parser';
import { afterAll, describe, expect, test } from 'vitest';
import { REPORTER_NAMES } from '../../export/results/reporter-names.ts';
import { REPORTERS } from '../../export/results/reporters.ts';
import {
  alarms,
  completed,
  isBad,
  isGood,
  type Report,
  type Result,
  STATUSES,
} from '../../export/results/result.ts';
import { type KtapTest, readKtap } from '../../targets/booted/ktap-log.ts';
import { FINDING, HOSTILE, hostileResult, reportOf } from './made-up.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-reporters-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const text = (name: string, report: Report) =>
  REPORTERS.find((one) => one.name === name)!.text(completed(report));
const counted = (results: readonly Result[]) =>
  Object.fromEntries(
    STATUSES.map((status) => [status, results.filter((one) => one.status === status).length]),
  );

/** Every status with every hostile text, and a divergence of each standing. */
const ALL: Report = reportOf([
  ...STATUSES.flatMap((status, at) => HOSTILE.map((_, more) => hostileResult(status, at * 5 + more))),
  { suite: 'pax', name: FINDING.signature, status: 'failed', message: 'news', finding: FINDING },
  {
    suite: 'pax',
    name: 'inc-zero-value-breaks',
    status: 'known',
    message: 'old',
    finding: { ...FINDING, signature: 'inc-zero-value-breaks', judgement: 'breaks', isNew: false },
  },
]);
const WHOLE = completed(ALL).results;

test('the names for --help are those of the table', () => {
  expect(REPORTERS.map(({ name }) => name)).toEqual([...REPORTER_NAMES]);
});

describe('a completed report', () => {
  test.each([0, 1, 2, 3, 70, 74, 130])('says of exit code %i what the shell says', (exitCode) => {
    for (const results of [[], [hostileResult('ok', 0)], [hostileResult('skipped', 0)]]) {
      const whole = completed(reportOf(results, exitCode)).results;
      expect(whole.length).toBeGreaterThan(0);
      expect(whole.some(isBad)).toBe(exitCode !== 0);
    }
  });

  test('has no name twice in a suite', () => {
    const one = hostileResult('ok', 0);
    const names = completed(reportOf([one, one, one], 0)).results.map(({ name }) => name);
    expect(new Set(names).size).toBe(3);
  });

  test('alarms for a summary only where nothing in its suite does', () => {
    const summary: Result = { suite: 'a', name: 'all', status: 'failed', message: '', isSummary: true };
    expect(alarms(reportOf([summary]))).toEqual([summary]);
    const one: Result = { suite: 'a', name: 'one', status: 'failed', message: '' };
    expect(alarms(reportOf([summary, one]))).toEqual([one]);
    const elsewhere: Result = { ...one, suite: 'b' };
    expect(alarms(reportOf([summary, elsewhere]))).toEqual([summary, elsewhere]);
  });
});

describe('junit', () => {
  const validate = (xml: string) => {
    const path = join(FOLDER, 'report.xml');
    writeFileSync(path, xml);
    return spawnSync('xmllint', ['--noout', '--schema', 'test/results/junit.xsd', path], {
      encoding: 'utf8',
    });
  };
  const count = (xpath: string) =>
    Number(
      execFileSync('xmllint', ['--xpath', `count(${xpath})`, join(FOLDER, 'report.xml')], {
        encoding: 'utf8',
      }),
    );

  test('is as its schema wants it, whatever the texts are, and counts what is there', () => {
    const { status, stderr } = validate(text('junit', ALL));
    expect(stderr).toContain('validates');
    expect(status).toBe(0);
    const counts = counted(WHOLE);
    expect(count('//failure')).toBe(counts.failed);
    expect(count('//error')).toBe(counts.undecided! + counts.error!);
    expect(count('//testcase/skipped')).toBe(counts.skipped);
    expect(count('//testcase[not(failure) and not(error) and not(skipped)]')).toBe(
      counts.ok! + counts.known!,
    );
    expect(count('//testcase')).toBe(WHOLE.length);
    const sum = execFileSync('xmllint', ['--xpath', 'sum(//testsuite/@errors)', join(FOLDER, 'report.xml')]);
    expect(Number(sum)).toBe(counts.undecided! + counts.error!);
  });

  test('the schema refuses what is no report', () => {
    for (const [from, to] of [
      ['<failure', '<failed'],
      [' tests="', ' test="'],
      ['time="1.250"', 'time="now"'],
    ] as const)
      expect(validate(text('junit', ALL).replace(from, to)).status, from).not.toBe(0);
  });

  test('texts come back as they were, but for what XML cannot hold', () => {
    validate(
      text('junit', reportOf([{ ...hostileResult('failed', 0), message: 'a "b"\n<c>\t& ]]>\u0001' }])),
    );
    const path = join(FOLDER, 'report.xml');
    const read = execFileSync('xmllint', ['--xpath', 'string(//failure/@message)', path], {
      encoding: 'utf8',
    });
    expect(read).toBe('a "b"\n<c>\t& ]]>\\u{1}\n');
  });
});

describe('sarif', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('test/results/sarif-schema-2.1.0.json', 'utf8')));

  test('is as the schema of OASIS wants it', () => {
    const log = JSON.parse(text('sarif', ALL));
    validate(log);
    expect(validate.errors ?? []).toEqual([]);
    const [run] = log.runs;
    const counts = counted(WHOLE);
    const kinds = (wanted: string) =>
      run.results.filter((one: { kind: string }) => one.kind === wanted).length;
    expect(kinds('fail')).toBe(counts.failed! + counts.known!);
    expect(kinds('open')).toBe(counts.undecided);
    expect(kinds('notApplicable')).toBe(counts.skipped);
    expect(kinds('pass')).toBe(counts.ok);
    expect(run.results.filter((one: object) => 'suppressions' in one)).toHaveLength(counts.known!);
    expect(run.invocations[0].toolExecutionNotifications).toHaveLength(counts.error!);
    expect(run.invocations[0].executionSuccessful).toBe(false);
  });

  test('each result names a rule that is there', () => {
    const [run] = JSON.parse(text('sarif', ALL)).runs;
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(run.results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('refuzz/protects/value');
  });

  test('the schema refuses what is no log', () => {
    const log = JSON.parse(text('sarif', ALL));
    log.runs[0].results[0].kind = 'undecided';
    expect(validate(log)).toBe(false);
  });
});

describe('github', () => {
  const COMMAND = /^::(error|warning|notice) ([^:]*)::(.*)$/;
  const decoded = (value: string) =>
    value
      .replaceAll('%2C', ',')
      .replaceAll('%3A', ':')
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%25', '%');

  test('has a command in each line and nothing else, and texts come back as they were', () => {
    const lines = text('github', ALL).trimEnd().split('\n');
    const commands = lines.map((line) => COMMAND.exec(line)!.slice(1) as [string, string, string]);
    const told = alarms(completed(ALL));
    expect(commands).toHaveLength(told.length + 1);
    for (const [at, { place, suite, name, status, message }] of told.entries()) {
      const [kind, properties, body] = commands[at]!;
      const read = Object.fromEntries(
        properties.split(',').map((part) => part.split(/=(.*)/s).slice(0, 2).map(decoded)),
      );
      expect(kind).toBe(status === 'undecided' ? 'warning' : 'error');
      expect(read.title).toBe(`${suite}: ${name}`);
      expect(read.file).toBe(place?.file);
      expect(decoded(body).startsWith(message)).toBe(true);
    }
    expect(lines.at(-1)).toMatch(/^::error title=refuzz check::15 failed, 14 error, 14 undecided, /);
  });
});

describe('tap', () => {
  test('a parser counts what is there, and finds nothing that is no TAP', async () => {
    const { final, extra, points, blocks } = await parsed(text('tap', ALL));
    const counts = counted(WHOLE);
    expect(extra).toEqual([]);
    expect(final.failures.filter((one) => 'tapError' in one && one.tapError)).toEqual([]);
    expect(final.bailout).toBeFalsy();
    expect(points.filter((one) => one.skip)).toHaveLength(counts.skipped!);
    expect(points.filter((one) => one.ok && !one.skip)).toHaveLength(counts.ok! + counts.known!);
    expect(points.filter((one) => !one.ok && !one.skip)).toHaveLength(
      counts.failed! + counts.undecided! + counts.error!,
    );
    expect(points.every((one) => !(one.skip && one.ok))).toBe(true);
    // What stands in the blocks comes back as it was.
    const messages = WHOLE.filter(({ status, message }) => status !== 'ok' || message !== '');
    expect(blocks.map((one) => one.message).sort()).toEqual(messages.map(({ message }) => message).sort());
  });
});

interface Point {
  readonly ok: boolean;
  readonly skip?: unknown;
  readonly diag?: { readonly message: string };
}

async function parsed(tap: string) {
  const extra: string[] = [];
  const points: Point[] = [];
  const watch = (parser: Parser) => {
    parser.on('extra', (line: string) => extra.push(line));
    parser.on('child', watch);
    if (parser.level > 0) parser.on('assert', (one: Point) => points.push(one));
  };
  const parser = new Parser({ strict: true });
  watch(parser);
  const done = new Promise<Parser['results']>((resolve) => parser.on('complete', resolve));
  parser.end(Buffer.from(tap));
  const final = (await done)!;
  return { final, extra, points, blocks: points.flatMap(({ diag }) => (diag ? [diag] : [])) };
}

describe('ktap', () => {
  const leaves = (tests: readonly KtapTest[]): KtapTest[] =>
    tests.flatMap((one) => (one.subtests.length > 0 ? leaves(one.subtests) : [one]));

  test('a strict reader finds no fault in it, and counts what is there', () => {
    const log = readKtap(text('ktap', ALL).trimEnd().split('\n'))!;
    const counts = counted(WHOLE);
    expect(log.problems).toEqual([]);
    expect(log.others).toEqual([]);
    const read = leaves(log.tests);
    const number = (wanted: string) => read.filter(({ status }) => status === wanted).length;
    expect(number('ok')).toBe(counts.ok! + counts.known!);
    expect(number('skipped')).toBe(counts.skipped);
    expect(number('failed')).toBe(counts.failed! + counts.undecided! + counts.error!);
  });

  test('says ok of nothing that is not good, in any report', () => {
    const status = fc.constantFrom(...STATUSES);
    const results = fc.array(fc.tuple(status, fc.nat(13), fc.string(), fc.string()), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(results, (drawn) => {
        const report = reportOf(
          drawn.map(([one, at, name, message]) => ({ ...hostileResult(one, at), name, message })),
          1,
        );
        const whole = completed(report).results;
        const log = readKtap(text('ktap', report).trimEnd().split('\n'))!;
        expect(log.problems).toEqual([]);
        const good = leaves(log.tests).filter(({ status: read }) => read === 'ok').length;
        expect(good).toBe(whole.filter(isGood).length);
        const points = text('tap', report).match(/^ {4}ok /gm) ?? [];
        expect(points.length).toBe(whole.filter(isGood).length);
      }),
    );
  });

  const SOURCES = '/usr/src/linux-source-6.12.tar.xz';
  test.skipIf(spawnSync('test', ['-e', SOURCES]).status !== 0 && process.env.CI === undefined)(
    "the kernel's own parser agrees (skipped where linux-source-6.12 is not installed)",
    () => {
      const folder = 'linux-source-6.12/tools/testing/kunit';
      const parts = ['kunit_parser.py', 'kunit_printer.py'].map((name) => `${folder}/${name}`);
      // The archive is read no further than they are.
      execFileSync('tar', ['-xJf', SOURCES, '-C', FOLDER, '--occurrence=1', ...parts]);
      const script = `
import sys, json
sys.path.insert(0, ${JSON.stringify(join(FOLDER, folder))})
import kunit_parser
result = kunit_parser.parse_run_tests(sys.stdin.read().split('\\n'))
counts = result.counts
print(json.dumps([counts.passed, counts.failed, counts.crashed, counts.skipped, counts.errors]), file=sys.stderr)
`;
      // Of its own it knows no tests that are deeper than a suite, and one name for a test.
      const ran = spawnSync('python3', ['-c', script], { input: text('ktap', ALL), encoding: 'utf8' });
      const counts = counted(WHOLE);
      const [passed, failed, crashed, skipped, errors] = JSON.parse(ran.stderr.trim().split('\n').at(-1)!);
      expect({ passed, failed, crashed, skipped, errors }).toEqual({
        passed: counts.ok! + counts.known!,
        failed: counts.failed! + counts.undecided! + counts.error!,
        crashed: 0,
        skipped: counts.skipped,
        errors: 0,
      });
    },
    120_000,
  );
});

test('jsonl has a line for each result, each with every field', () => {
  const lines = text('jsonl', ALL)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ status }) => status)).toEqual(WHOLE.map(({ status }) => status));
  const fields = Object.keys(lines[0]);
  for (const line of lines) expect(Object.keys(line)).toEqual(fields);
  expect(fields).toEqual([
    ...['refuzz', 'version', 'run', 'exit', 'suite', 'name', 'status', 'message', 'details'],
    ...['file', 'line', 'column', 'finding', 'rule', 'command'],
  ]);
});
