import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { GC, harnessFor, shipped, WINDOW } from '../../test/shipped-pages.ts';
import { plainStyle, showCase } from '../show/show.ts';
import { barsOf } from './bars.ts';
import { caseData } from './case-data.ts';
import type { CaseData, RunData } from './page-data.ts';
import { runData } from './run-data.ts';
import { Values } from './sequence-text.ts';
import { sourcesOf } from './source-links.ts';
import { outcomeText } from './space-data.ts';

describe('every shipped case', () => {
  let all: { data: CaseData; harness: Harness; stored: ReturnType<typeof loadCases>[number] }[] = [];
  beforeAll(() => {
    all = loadCases(['corpus']).map((stored) => {
      const harness = harnessFor(stored.case.target);
      return { stored, harness, data: caseData('corpus', stored, harness) };
    });
  }, 300_000);

  test('is what the case recorded, on both sides', () => {
    expect(all.length).toBeGreaterThan(1000);
    for (const { data, stored } of all) {
      expect(data.note, data.path).toBeUndefined();
      const sides = data.runs.slice(0, 2).map(({ side }) => side);
      expect(sides, data.path).toEqual(['subject', 'reference']);
      const { reference, subject } = stored.case.expect;
      for (const [run, observed] of [
        [data.runs[0]!, subject],
        [data.runs[1]!, reference],
      ] as const) {
        expect(run.end.warnings).toEqual(observed.warnings);
        expect(run.end.facts).toEqual(observed.facts ?? []);
      }
    }
  });

  // What is drawn, and what it is said to come to, are worked out in two places: they must agree.
  test('is drawn with the results, warnings and facts that it comes to', () => {
    for (const { data } of all) {
      for (const run of data.runs) {
        const results = run.lanes.map((_, lane) =>
          run.steps.flatMap((step) => (step.lane === lane && step.result !== undefined ? [step.result] : [])),
        );
        // A put of a scheme whose thread holds nothing is left out, and comes to "void" without an access.
        const told = (list: readonly string[]) =>
          run.sections ? list.filter((one) => one !== 'void') : list;
        for (const [thread, ended] of run.end.results.entries())
          expect(told(results[thread]!), data.path).toEqual(told(ended));
        const facts = run.steps.flatMap(({ fact }) => fact ?? []);
        // Of a run that is stuck no access is to blame.
        expect(facts, data.path).toEqual(run.end.facts.filter((fact) => fact !== 'stuck'));
        const warned = new Set(run.steps.flatMap(({ warnings = [] }) => warnings));
        // The ideal counter and a specification have no accesses to warn at.
        for (const text of run.end.warnings) expect(warned, data.path).toContain(text);
        if (run.end.final !== undefined) expect(lastValue(run), data.path).toBe(run.end.final);
      }
    }
  });

  // Two ways to one answer: the runs are made one by one, the outcomes of all schedules at once.
  test('has the states of its program, and in them the outcome of each run', () => {
    const drawn = all.flatMap(({ data }) => (data.space ? [{ data, space: data.space }] : []));
    expect(all.length - drawn.length).toBeLessThan(20);
    for (const { data } of all)
      expect(data.space === undefined, data.path).toBe(data.spaceNote !== undefined);
    let listed = 0;
    for (const { data, space } of drawn) {
      for (const { side, full } of space.sides) {
        const names = data.runs.filter((run) => run.side === side).map(({ schedule }) => schedule);
        expect(
          full.paths.map(({ name }) => name),
          data.path,
        ).toEqual(names);
        expect(full.note, data.path).toBeUndefined();
      }
      if (space.outcomes.length === 0) continue;
      listed++;
      for (const run of data.runs) {
        const row = space.outcomes.find(({ outcome }) => outcome === outcomeText(run));
        expect(row?.[run.side], `${data.path} ${outcomeText(run)}`).toBe(true);
        expect(row?.schedule).toContain(`${run.side}: ${run.schedule}`);
      }
    }
    expect(listed).toBeGreaterThan(500);
  });

  test('diverges in one access, as show has it', () => {
    for (const { data, harness, stored } of all.filter((_, at) => at % 20 === 0)) {
      const marks = data.runs[0]!.steps.filter(({ diverges }) => diverges);
      const shown = showCase(harness, stored.case, plainStyle);
      expect(marks.length, data.path).toBe(shown.includes('diverges here') ? 1 : 0);
      expect(shown).toContain(data.text.split('\n')[2]!);
    }
  });
});

function lastValue(run: RunData): string {
  const values = new Values(run);
  for (const step of run.steps) values.said(step);
  return values.now[0]!;
}

describe('a scheme', () => {
  const run = shipped(GC).runs[0]!;

  test('has lanes, words, holders and the fact at its place', () => {
    expect(run.lanes).toEqual(['thread 0', 'RCU']);
    expect(run.words.map(({ name, start }) => `${name} ${start}`)).toEqual([
      'count 1',
      'list live',
      'lock free',
      'callbacks 0',
      'object allocated',
    ]);
    expect(run.held).toEqual([1, 0]);
    expect(run.steps.at(-1)).toMatchObject({
      lane: 1,
      access: 'free',
      fact: 'freed-while-held',
      diverges: true,
    });
    expect(run.steps[2]).toEqual({
      lane: 0,
      access: 'cmpxchg(1, 0)',
      order: 'release',
      word: 0,
      changes: [[0, '0']],
    });
  });

  test('has bars for ops, locks and references', () => {
    expect(barsOf(run)).toEqual([
      { kind: 'op', lane: 0, from: 0, to: 5, label: 'gc()' },
      { kind: 'lock', lane: 0, from: 0, to: 5, label: 'has lock' },
      // From before the start to after the end: the holder is the one whose object is freed.
      { kind: 'holds', lane: 0, from: -1, to: 8, label: 'holds a reference' },
      { kind: 'op', lane: 1, from: 6, to: 7, label: 'callback' },
    ]);
  });

  test('of readers has RCU sections', () => {
    const harness = harnessFor('ip-vs-dest-naive');
    const stored = loadCases(['corpus/ip-vs-dest-naive']).map((one) => caseData('corpus', one, harness));
    const kinds = stored.flatMap(({ runs }) => runs.flatMap(barsOf)).map(({ kind }) => kind);
    expect(kinds).toContain('rcu');
  });
});

describe('a counter whose references are held', () => {
  const harness = harnessOf({ ...harnessFor('refcount-v5.5').target, discipline: 'holders' });
  const heldOver = (text: string, schedule: readonly number[]) => {
    const program = parseProgram(harness, text);
    const end = { results: [], warnings: [], facts: [] };
    const head = { side: 'subject' as const, name: '', schedule: '', note: '', end };
    const run = runData(harness, harness.subject, program, schedule, head);
    return [run.held, ...run.steps.map(({ held }) => held)];
  };

  test('has holders, from the return of the get to the first access of the put', () => {
    // load, cmpxchg: it holds from here; then sub: it does not any more.
    expect(heldOver('1: inc_not_zero, dec_and_test', [0, 0, 0])).toEqual([[0], undefined, [1], [0]]);
  });

  test('has none once somebody puts what he has not got', () => {
    // From 1 both want to put: the second one has nothing, and from there on nobody can say who holds what.
    expect(heldOver('1: dec_and_test | dec_and_test', [0, 1, 1]).slice(2)).toEqual([undefined, undefined]);
  });
});

describe('the code is linked', () => {
  const subject = harnessFor('refcount-v5.5').target.subject;

  test('in the release that a subject names', () => {
    expect(sourcesOf({ reference: 'ideal', subject }, ['inc']).map(({ href }) => href)).toEqual(
      ['include/linux/refcount.h', 'lib/refcount.c'].map(
        (file) => `https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/${file}?h=v5.5`,
      ),
    );
  });

  test('at the line that declares an op, in C of the user’s', () => {
    const path = 'docs/examples/c/inet-peer/before.c';
    const own = { ...subject, name: path, compiled: { name: path, path, recorded: new Uint8Array() } };
    const [link, ...others] = sourcesOf({ reference: 'ideal', subject: own }, ['lookup']);
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((text) => /REFUZZ_\w+\(lookup\)/.test(text)) + 1;
    expect(line).toBeGreaterThan(0);
    expect(link).toEqual({ text: `${path}:${line} lookup`, href: `${pathToFileURL(path).href}#L${line}` });
    expect(others).toEqual([]);
  });
});

test('the run between the others shows what the interleaving has to do with it', () => {
  const { runs } = shipped(WINDOW);
  expect(runs.map(({ side, schedule }) => `${side} ${schedule}`)).toEqual([
    'subject witness',
    'reference one op after another',
    'subject one op after another',
  ]);
  expect(runs[0]!.end).not.toEqual(runs[2]!.end);
});
