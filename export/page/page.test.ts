import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { answerProgram } from '../../fuzz/check/answer.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { type SweptCall, sweepTarget } from '../../fuzz/sweep/sweep-target.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { plainStyle, showCase } from '../show/show.ts';
import { barePage } from './bare-page.ts';
import { barsOf } from './bars.ts';
import { caseData } from './case-data.ts';
import { causeLine } from './cause-line.ts';
import { layOut } from './graph-layout.ts';
import { KNOWN_SHAPES } from './known-shapes.ts';
import { generations, matrixData } from './matrix-data.ts';
import type { CaseData, RunData } from './page-data.ts';
import { pageHtml } from './page-html.ts';
import { runData } from './run-data.ts';
import { mermaidOf, plantUmlOf, Values } from './sequence-text.ts';
import { sourcesOf } from './source-links.ts';
import { outcomeText, spaceData } from './space-data.ts';
import { sweepData } from './sweep-data.ts';

const targets = loadBuiltInTargets();
const harnesses = new Map<string, Harness>();
function harnessFor(name: string): Harness {
  const made = harnesses.get(name) ?? harnessOf(targets.find((target) => target.name === name)!);
  harnesses.set(name, made);
  return made;
}

/** The shipped case of that path below the corpus. */
function shipped(path: string): CaseData {
  const [stored] = loadCases([join('corpus', path)]);
  return caseData('corpus', stored!, harnessFor(stored!.case.target));
}

const GC = 'inet-peer-naive-gc/gc-from-0-to-1/gc-zero-lifetime-breaks.yaml';
const WINDOW = 'refcount-v5.5/add+inc-from-INT_MAX-to-0/sub-and-test-interior-result-transient.yaml';

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

describe('other tools’ languages', () => {
  const run = shipped(WINDOW).runs[0]!;

  test('a person reads', async () => {
    await expect(mermaidOf(run)).toMatchFileSnapshot('../../test/golden/page/window.mmd');
    await expect(plantUmlOf(run)).toMatchFileSnapshot('../../test/golden/page/window.puml');
  });

  test('nothing of a text ends a line, or is a command', () => {
    const evil = 'x"; end\n!include /etc/passwd\nNote over L0: <script>%%{init}#';
    const hostile = {
      ...run,
      lanes: [evil, evil],
      steps: run.steps.map((step) => ({ ...step, warnings: [evil], op: evil })),
    };
    for (const text of [mermaidOf(hostile), plantUmlOf(hostile)]) {
      expect(text).not.toMatch(/^\s*!include/m);
      expect(text).not.toMatch(/<script/);
      const plain = text.split('\n').length;
      const calm = {
        ...hostile,
        lanes: ['a', 'b'],
        steps: hostile.steps.map((step) => ({ ...step, warnings: ['w'], op: 'o' })),
      };
      expect(plain).toBe((text.startsWith('@') ? plantUmlOf(calm) : mermaidOf(calm)).split('\n').length);
    }
    expect(mermaidOf(hostile)).not.toMatch(/;(?! end)(?<!#\d+;)/);
  });
});

describe('the matrix', () => {
  const { rows, counters } = matrixData(KNOWN_SHAPES, generations());
  const cell = (program: string, counter: string) =>
    rows.find((row) => row.program === program)!.cells[counters.findIndex(({ name }) => name === counter)]!;

  test('says what each generation is known for', () => {
    expect(counters.map(({ name }) => name)).toEqual([
      'atomic',
      'pax',
      'refcount/v4.11',
      'refcount/x86',
      'refcount/v5.5',
    ]);
    expect(cell('INT_MAX: inc', 'atomic')).toMatchObject({
      kind: 'misses',
      finals: ['INT_MIN'],
      warnings: [],
    });
    expect(cell('INT_MAX: inc', 'refcount/v5.5')).toMatchObject({ kind: 'objects', finals: ['0xC0000000'] });
    // Its word is unsigned: INT_MAX is the middle of it.
    expect(cell('INT_MAX: inc', 'refcount/v4.11')).toMatchObject({ kind: 'sound', finals: ['INT_MIN'] });
    expect(cell('1: dec_and_test | dec_and_test', 'refcount/v5.5').kind).toBe('objects');
  });

  test('finds no fault in sound use', () => {
    for (const row of rows.filter(({ about }) => about.startsWith('sound')))
      for (const { kind } of row.cells) expect(kind, row.program).toBe('sound');
  });
});

describe('the states of a program', () => {
  const spaceOf = (name: string, text: string) => {
    const harness = harnessFor(name);
    const program = parseProgram(harness, text);
    return spaceData(harness, program, answerProgram(harness, program, 10_000), 10_000);
  };

  test('are all drawn, and the schedule of the witness leads through them', () => {
    const space = spaceOf('refcount-v5.5', 'INT_MAX: inc | inc | read');
    const [reference, subject] = space.sides;
    expect([reference!.side, subject!.side]).toEqual(['reference', 'subject']);
    const { full, merged } = subject!;
    expect(full.nodes).toHaveLength(full.states);
    expect(full.note).toBeUndefined();
    expect(merged!.states).toBeLessThan(full.states);
    for (const graph of [full, merged!]) {
      const [path] = graph.paths;
      expect(path!.name).toBe('read-int-max-result-transient');
      const edges = path!.edges.map((at) => graph.edges[at]!);
      expect(edges[0]!.from).toBe(0);
      for (const [at, edge] of edges.slice(1).entries()) expect(edge.from).toBe(edges[at]!.to);
      expect(graph.nodes[edges.at(-1)!.to]!.kind).toBe('end');
    }
  });

  test('name the outcomes of each side', () => {
    const { outcomes } = spaceOf('refcount-v5.5', 'INT_MAX: inc | read');
    expect(outcomes.filter(({ reference, subject }) => reference !== subject).length).toBeGreaterThan(0);
    expect(outcomes.every(({ reference, subject }) => reference || subject)).toBe(true);
    const schemes = spaceOf('inet-peer-naive-gc', 'one: gc').outcomes;
    expect(schemes.find(({ outcome }) => outcome.includes('freed-while-held'))).toMatchObject({
      reference: false,
      subject: true,
    });
  });

  test('are cut where nobody could see them, and it says so', () => {
    const { sides } = spaceOf(
      'refcount-v5.5',
      'INT_MAX: inc, dec, inc | dec, inc, dec | inc, dec_and_test, read',
    );
    const { full } = sides[1]!;
    expect(full.nodes).toHaveLength(300);
    expect(full.note).toMatch(/^Of [\d ,.]+ states the 300 nearest to the start are drawn/);
    for (const { from, to } of full.edges) expect(Math.max(from, to)).toBeLessThan(300);
  });
});

test('a graph is laid out from the start downwards', () => {
  const places = layOut(4, [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 3 },
    { from: 2, to: 3 },
    { from: 3, to: 1 },
  ]);
  expect(places.map(({ row }) => row)).toEqual([0, 1, 1, 2]);
  expect(new Set(places.map(({ row, at }) => `${row} ${at}`)).size).toBe(4);
});

test('a sweep becomes columns that all calls share', async () => {
  const harness = harnessFor('refcount-v5.5');
  const calls = ['inc', 'dec_and_test'].map((text) => harness.alphabet.parse(text));
  const swept: SweptCall[] = [];
  for await (const event of sweepTarget(harness, { workers: 1, calls, from: 0, to: 20 }))
    if (event.kind === 'call') swept.push(event);
  const data = sweepData({ harness, swept, open: [], values: 21, known: new Set() });
  expect(data.columns[0]).toEqual({ from: '0', to: '0', values: 1 });
  expect(data.columns.reduce((sum, { values }) => sum + values, 0)).toBe(21);
  for (const { ranges } of data.rows) {
    // Each call covers the line without a gap.
    expect(ranges[0]!.from).toBe(0);
    expect(ranges.at(-1)!.to).toBe(data.columns.length - 1);
    for (const [at, range] of ranges.slice(1).entries()) expect(range.from).toBe(ranges[at]!.to + 1);
  }
  expect(data.rows[0]!.ranges[0]!.judged.map(({ signature }) => signature)).toEqual([
    'inc-zero-value-protects',
  ]);
});

describe('the number line of a cause', () => {
  test('has the boundaries, and what happens there', () => {
    const line = causeLine(harnessFor('refcount-v5.5'), ['inc'])!;
    expect(line.rows.map(({ call }) => call)).toEqual(['inc']);
    const at = (label: string) => line.rows[0]!.ranges.find((range) => range.label === label)!;
    for (const [label, signature] of [
      ['0', 'inc-zero-value-protects'],
      ['INT_MAX', 'inc-int-max-value-protects'],
      ['INT_MIN', 'inc-wrap-value-protects'],
      // From here on the ideal counter would be back at 0.
      ['-1', 'inc-wrap-value-protects'],
    ] as const)
      expect(
        at(label).judged.map((one) => one.signature),
        label,
      ).toEqual([signature]);
    expect(at('1 … INT_MAX-1')).toMatchObject({ isSame: true, subject: 'old+1', judged: [] });
    expect(line.summary.join()).toContain('refcount/v5.5: 1 of 1 calls as documented, on all values.');
    expect(line.columns.reduce((sum, { values }) => sum + values, 0)).toBe(2 ** 32);
  });

  test('leaves out arguments that nobody gives', () => {
    const harness = harnessFor('refcount-v5.5');
    const callsOf = (ops: readonly string[]) => causeLine(harness, ops)!.rows.map(({ call }) => call);
    expect(callsOf(['add', 'inc'])).toEqual(['inc', 'add(1)', 'add(2)']);
  });

  test('is not there for schemes, and where alone both do the same', () => {
    expect(causeLine(harnessFor('inet-peer-naive-gc'), ['gc'])).toBeUndefined();
    expect(causeLine(harnessFor('refcount-v5.5'), ['read'])).toBeUndefined();
  });
});

describe('the file', () => {
  const evil = '</script><script>alert(1)</script><!-- $& $1 ';
  const bare = barePage(evil);
  const html = pageHtml({ ...bare, notes: [evil] });

  test('holds no text of others where HTML would be read', () => {
    expect(html).not.toContain('alert(1)');
    const data = /<script type="text\/plain" id="data">([^<]*)<\/script>/.exec(html)![1]!;
    const read = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
    expect(read).toEqual(JSON.parse(JSON.stringify({ ...bare, notes: [evil] })));
  });

  test('may run its own script, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(pageHtml(undefined, true)).toContain("connect-src 'self'");
    // Nothing is fetched from anywhere.
    expect(html).not.toMatch(/<(?:script|link|img|iframe)[^>]*\b(?:src|href)="(?!data:,)/);
  });

  // What is set as text cannot be read as anything else: so nothing in the front end may parse.
  test('is made of elements by one file, and parses no HTML', () => {
    const front = join('export', 'page', 'front');
    const files = readdirSync(front).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(15);
    const parses =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|\beval\b|new Function/;
    for (const name of files) {
      const text = readFileSync(join(front, name), 'utf8');
      expect(text.match(parses)?.[0], name).toBeUndefined();
      if (name !== 'dom.ts')
        expect(text.match(/createElement|setAttribute\('(on|style)/)?.[0], name).toBeUndefined();
    }
  });

  test('is the same for the same data', () => {
    expect(pageHtml({ ...bare, notes: [evil] })).toBe(html);
  });

  test('names a divergence by its signature', () => {
    const { signature, op, boundary, kind, judgement } = shipped(GC);
    expect(signature).toBe(
      signatureOf({ op, boundary, kind, judgement } as Parameters<typeof signatureOf>[0]),
    );
  });
});
