import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../cli/command-line.ts';
import { leftoversOf } from '../fuzz/campaign/leftovers.ts';
import { codeMetOn, RawFindings } from '../fuzz/campaign/raw-findings.ts';
import { EMPTY_TALLY } from '../fuzz/check/check-scope.ts';
import { openJournal } from '../fuzz/check/scope-journal.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { unsealed } from '../fuzz/storage/sealed.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { InputError } from '../targets/subject/input-error.ts';
import { casesIn, filesBelow } from './campaign-folders.ts';
import { damageIn, linesBelow } from './damage.ts';
import { targetLike } from './mutants/campaigns.ts';
import { startRefuzz } from './refuzz.ts';

/*
 * States as bad disks, bad copies and people leave them. Whatever was done to one file:
 *
 * - No command ends with 70, none takes long.
 * - The corpus stays as it is. No line that is whole is gone: it is used, or lies in a file beside.
 * - A line that is not whole is not believed.
 */

/** Of whole states; of raw findings six times as many, of journals of checks ten times as many, since they take no command. */
const STATES = Number(process.env.REFUZZ_DAMAGES ?? 10);
const SEED = Number(process.env.REFUZZ_DAMAGE_SEED ?? 1);
/** Milliseconds of processor time: others may use the machine. */
const LONG = 5_000;

const root = mkdtempSync(join(tmpdir(), 'refuzz-damaged-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const base = join(root, 'base');
const corpus = join(root, 'corpus');
const common = ['--state', base, '--corpus', corpus, '--workers', '2'];

/** Snapshots, and journals with parts behind them. */
beforeAll(async () => {
  const begun = [
    'fuzz',
    'refcount-v4.11',
    'inet-peer-naive',
    '--seed',
    '1',
    '--iterations',
    '100',
    ...common,
  ];
  expect((await startRefuzz(begun).ended).code).toBe(1);
  expect((await startRefuzz(['pool', 'minimize', '--state', base]).ended).code).toBe(0);
  expect((await startRefuzz(['fuzz', '--resume', '--iterations', '250', ...common]).ended).code).toBe(1);
}, 120_000);

async function run(...args: string[]) {
  let out = '';
  let err = '';
  const plain = (text: string) => text;
  const code = await runCommandLine(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTerminal: false,
    style: { bold: plain, dim: plain, red: plain, green: plain, yellow: plain },
    onInterrupt: () => () => {},
  });
  return { code, out, err };
}

/** What is not worth keeping. */
const PASSING = /^(status\.json|series\.jsonl|lock)/;

async function expectHarmless(choices: RandomChoices, state: string): Promise<string> {
  rmSync(state, { recursive: true, force: true });
  cpSync(base, state, { recursive: true });
  for (const name of filesBelow(state))
    if (PASSING.test(name) && choices.below(2) === 0) rmSync(join(state, name));
  const { path, how } = damageIn(state, choices);
  const what = `${path.slice(state.length + 1)}: ${how}`;
  const cases = casesIn(corpus);
  const lines = linesBelow(state);
  const passing = readdirSync(state, { withFileTypes: true }).filter(
    (one) => one.isFile() && PASSING.test(one.name),
  );
  for (const { name } of passing)
    for (const line of readFileSync(join(state, name), 'utf8').split('\n')) lines.delete(line);
  const commands = [
    ['status', '--state', state],
    ['fuzz', '--resume', '--state', state, '--corpus', corpus, '--iterations', '0', '--workers', '1'],
    ...(choices.below(8) === 0 ? [['pool', 'minimize', '--state', state]] : []),
  ];
  for (const command of commands) {
    const started = process.cpuUsage();
    const { code, err } = await run(...command);
    expect(code, `${what}: ${command[0]}: ${err}`).toBeLessThan(4);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000, `${what}: ${command[0]}`).toBeLessThan(LONG);
    // Pools that are made smaller are written anew.
    if (command[0] === 'pool') break;
    const now = linesBelow(state);
    for (const line of lines) {
      const isWhole =
        unsealed(line, '') !== undefined || line.startsWith('{"part"') || line.startsWith('{"found"');
      if (isWhole) expect(now.has(line), `${what}: ${command[0]}: ${line.slice(0, 80)} is gone`).toBe(true);
    }
  }
  expect(casesIn(corpus), what).toEqual(cases);
  return what;
}

test('a damaged campaign ends no command, and loses nothing that was whole', {
  timeout: 60_000 + STATES * 4_000,
}, async () => {
  const choices = new RandomChoices(SEED, 0);
  for (let at = 0; at < STATES; at++) await expectHarmless(choices, join(root, 'state'));
});

test('a changed number is never believed', async () => {
  const state = join(root, 'numbers');
  for (const name of filesBelow(base).filter((one) => /^(campaign\.json|targets)/.test(one))) {
    rmSync(state, { recursive: true, force: true });
    cpSync(base, state, { recursive: true });
    const path = join(state, name);
    const text = readFileSync(path, 'utf8');
    // The last number before a checksum, or within one.
    writeFileSync(
      path,
      text.replace(/\d(?=\D*"sum":"[0-9a-f]{16}"\}\n?$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
    expect(readFileSync(path, 'utf8'), name).not.toBe(text);
    const { code, err } = await run(
      'fuzz',
      '--resume',
      '--state',
      state,
      '--corpus',
      corpus,
      '--iterations',
      '0',
    );
    expect(err, name).toContain('damaged');
    expect(code, name).toBe(name === 'campaign.json' ? 2 : 1);
  }
});

test('damaged raw findings cost a line, and the others are used', {
  timeout: 60_000 + STATES * 2_000,
}, () => {
  const target = targetLike('refcount-v4.11');
  const choices = new RandomChoices(SEED, 1);
  const code = codeMetOn(target);
  const all = ['inc', 'dec', 'add'].map((op) => ({
    divergence: { op, boundary: 'zero', kind: 'value', judgement: 'protects' } as const,
    program: { start: 0, threads: [[op === 'add' ? 'add(1)' : op]] },
    by: 'random',
    code,
  }));
  for (let at = 0; at < 6 * STATES; at++) {
    const folder = join(root, `raw-${at}`);
    const rawFindings = new RawFindings(folder);
    for (const one of all) rawFindings.keep(target.name, one);
    const { path, how } = damageIn(folder, choices);
    const what = `${path}: ${how}`;
    const lines = linesBelow(folder);
    const notes: string[] = [];
    const left = leftoversOf(target, rawFindings, (note) => notes.push(note));
    // Each is one of those that were stored, or it is looked into anew.
    for (const { leftover, ...one } of left) expect(all, what).toContainEqual(one);
    const now = linesBelow(folder);
    for (const line of lines) expect(now.has(line), what).toBe(true);
    expect(new Set(left.map(({ divergence }) => signatureOf(divergence))).size, what).toBe(left.length);
    if (left.length < 2) expect(how, what).toMatch(/swapped|another|link/);
    // Told once.
    const again: string[] = [];
    leftoversOf(target, rawFindings, (note) => again.push(note));
    expect(again, what).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the damaged journal of a check is used as far as it is whole', {
  timeout: 60_000 + STATES * 2_000,
}, () => {
  const target = targetLike('refcount-v5.5');
  const choices = new RandomChoices(SEED, 2);
  const open = (path: string) => openJournal(path, target, { threads: 2, ops: 2 }, 1000, '1.2.3');
  const parts = [0, 10, 20, 30].map((from) => ({
    from,
    to: from + 10,
    tally: { ...EMPTY_TALLY, programs: 10 },
  }));
  let refused = 0;
  for (let at = 0; at < 10 * STATES; at++) {
    const folder = join(root, `check-${at}`);
    const path = join(folder, 'check.jsonl');
    const journal = open(path);
    for (const one of parts) journal.append(one);
    journal.close();
    const { how } = damageIn(folder, choices);
    const lines = linesBelow(folder);
    try {
      const again = open(path);
      for (const one of again.decided) expect(parts, how).toContainEqual(one);
      for (const line of lines)
        if (line.endsWith('"}'))
          expect(linesBelow(folder).has(line) || !line.startsWith('{"from"'), how).toBe(true);
      again.close();
    } catch (error) {
      expect(error, how).toBeInstanceOf(InputError);
      refused++;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  // Its first line alone, a folder or a link in its place: somebody else's, perhaps.
  expect(refused).toBeLessThan(4 * STATES);
});
