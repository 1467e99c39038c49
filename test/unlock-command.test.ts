import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { refuzz } from './refuzz.ts';

const cwd = mkdtempSync(join(tmpdir(), 'refuzz-unlock-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const state = join(cwd, '.refuzz', 'campaign');
const lock = join(state, 'lock');
beforeEach(() => {
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
});

const unlock = (...args: string[]) => refuzz(['unlock', ...args], { cwd });
const GONE = 99_999_999;
const ELSEWHERE = { pid: 7, host: 'elsewhere', boot: 'another', at: '2026-01-01T00:00:00.000Z' };

test('a lock whose holder is gone is removed, and told whose it was', async () => {
  writeFileSync(lock, JSON.stringify({ pid: GONE, host: hostname() }));
  const { code, out } = await unlock();
  expect(out).toContain(`.refuzz/campaign was locked by process ${GONE}, which is gone; it is free now`);
  expect(code).toBe(0);
  expect(existsSync(lock)).toBe(false);
  expect((await unlock()).out).toBe('.refuzz/campaign is not locked\n');
});

test('a lock whose holder runs stays, unless it is forced', async () => {
  writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
  const refused = await unlock('.refuzz/campaign');
  expect(refused.err).toMatch(
    /is locked by process \d+, which seems to run.*refuzz unlock .refuzz\/campaign --force/,
  );
  expect(refused.code).toBe(2);
  expect(existsSync(lock)).toBe(true);
  expect((await unlock('.refuzz/campaign', '--force')).code).toBe(0);
  expect(existsSync(lock)).toBe(false);
});

test('a lock of another machine is believed as long as it gives signs', async () => {
  writeFileSync(lock, JSON.stringify(ELSEWHERE));
  const refused = await unlock();
  expect(refused.err).toMatch(/process 7 on elsewhere, since 2026-01-01T00:00:00.000Z, last sign \d s ago/);
  expect(refused.code).toBe(2);
  const before = Date.now() / 1000 - 90;
  utimesSync(lock, before, before);
  expect((await unlock()).code).toBe(0);
});

// As after a restart of a container that was killed: its processes, boot and name are others.
test('a campaign goes on in a container that was started again', async () => {
  const places = ['--state', state, '--corpus', join(cwd, 'corpus'), '--workers', '1'];
  rmSync(state, { recursive: true });
  expect((await refuzz(['fuzz', 'pax', '--iterations', '1', ...places], { cwd })).code).toBe(1);
  writeFileSync(lock, JSON.stringify(ELSEWHERE));
  const resume = () => refuzz(['fuzz', '--resume', '--iterations', '1', ...places], { cwd });
  const refused = await resume();
  expect(refused.err).toMatch(/another campaign \(process 7 on elsewhere, .*refuzz unlock/);
  const before = Date.now() / 1000 - 90;
  utimesSync(lock, before, before);
  expect((await resume()).code).toBe(1);
});

test('the lock of a check lies beside its file', async () => {
  const journal = join(cwd, 'check.jsonl');
  writeFileSync(`${journal}.lock`, JSON.stringify({ pid: GONE, host: hostname() }));
  expect((await unlock(journal)).code).toBe(0);
  expect(existsSync(`${journal}.lock`)).toBe(false);
});

test('what is not there is told', async () => {
  const { code, err } = await unlock('nowhere');
  expect(err).toContain('nowhere: is not there');
  expect(code).toBe(2);
});
