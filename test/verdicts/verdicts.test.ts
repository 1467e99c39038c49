import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../cli/io/io.ts';
import { checksIn } from '../check-here.ts';
import { oneIn, sampleOf } from '../thorough.ts';

const HERE = 'test/verdicts';

/** A row of expectations.yaml, which says what the keys mean. */
interface Expectation {
  readonly pair?: readonly [before: string, after: string];
  readonly alone?: string;
  readonly expect: string;
  readonly fact?: string;
  readonly op?: string;
  readonly says?: string;
}

const EXPECTED = parse(readFileSync(join(HERE, 'expectations.yaml'), 'utf8')) as Record<
  string,
  readonly Expectation[]
>;

const root = mkdtempSync(join(tmpdir(), 'refuzz-verdicts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Answered {
  readonly verdict: string;
  /** Of a pair: ops with a divergence of that judgement. Of a file: ops with the fact that was asked for. */
  readonly ops: readonly string[];
  /** All that a person reads. */
  readonly text: string;
}

const run = checksIn(root);

/** A check that did not break down. */
async function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await run(...args);
  expect(code, err).not.toBe(EXIT.INTERNAL);
  return { code, out, err };
}

const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

const GRAVEST_FIRST = ['breaks', 'misses', 'false-alarm', 'changes', 'protects'];

async function ofPair(before: string, after: string): Promise<Answered> {
  const { code, out, err } = await check('--before', before, '--after', after);
  const text = `${out}${err}`;
  if (code === EXIT.USAGE) return { verdict: 'error', ops: [], text };
  const { divergences, equivalent } = lastLine(out) as {
    divergences: readonly { op: string; judgement: string }[];
    equivalent: boolean;
  };
  const gravest = GRAVEST_FIRST.find((name) => divergences.some(({ judgement }) => judgement === name));
  if (gravest !== undefined) {
    const ops = divergences.filter(({ judgement }) => judgement === gravest).map(({ op }) => op);
    return { verdict: gravest, ops, text };
  }
  if (code === EXIT.UNDECIDED) return { verdict: 'undecided', ops: [], text };
  return { verdict: equivalent ? 'equivalent' : 'nothing-new', ops: [], text };
}

async function ofFile(file: string, fact: string | undefined): Promise<Answered> {
  const { code, out, err } = await check(file);
  const text = `${out}${err}`;
  if (code === EXIT.USAGE) return { verdict: 'error', ops: [], text };
  const { verdict, faults } = lastLine(out) as {
    verdict: string;
    faults: readonly { what: string; op: string }[];
  };
  const ops = faults.filter(({ what }) => fact === undefined || what === fact).map(({ op }) => op);
  return { verdict: code === EXIT.UNDECIDED ? 'undecided' : verdict, ops, text };
}

/** Where the fact of a row is found: `protects` repairs what was wrong before, all else goes wrong afterwards. */
function faultyFile({ pair, expect: verdict, fact }: Expectation): string | undefined {
  if (!pair || fact === undefined) return undefined;
  return verdict === 'protects' ? pair[0] : pair[1];
}

/** Of all rows, not of each folder: most folders have one. */
const SAMPLE = new Set(oneIn(2, Object.values(EXPECTED).flat()));

for (const [folder, rows] of Object.entries(EXPECTED)) {
  const taken = rows.filter((row) => SAMPLE.has(row));
  describe.runIf(taken.length > 0)(`${folder}, of all rows ${sampleOf(2)}`, () => {
    for (const row of taken) {
      const { pair, alone, expect: verdict, fact, op, says } = row;
      const at = (file: string) => join(HERE, folder, file);

      test(`${pair?.join(' → ') ?? alone}: ${verdict}`, async () => {
        const answer = await (pair ? ofPair(at(pair[0]), at(pair[1])) : ofFile(at(alone!), fact));
        expect(answer.verdict, answer.text).toBe(verdict);
        if (op !== undefined) expect(answer.ops, answer.text).toContain(op);
        if (says !== undefined) expect(answer.text).toContain(says);
      });
    }
  });
}

/** The faulty side of a pair, asked alone. */
const FAULTY = Object.entries(EXPECTED).flatMap(([folder, rows]) =>
  rows.flatMap((row) => {
    const file = faultyFile(row);
    return file === undefined ? [] : [{ ...row, file: join(folder, file) }];
  }),
);

describe(`faulty files alone, ${sampleOf(5)}`, () => {
  test.each(oneIn(5, FAULTY))('$file: $fact', async ({ file, fact, op }) => {
    const answer = await ofFile(join(HERE, file), fact);
    expect(answer.verdict, answer.text).toBe('unsound');
    expect(answer.ops.length, answer.text).toBeGreaterThan(0);
    if (op !== undefined) expect(answer.ops, answer.text).toContain(op);
  });
});

test('every source in these folders has an expectation', () => {
  const sources = readdirSync(HERE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.c'),
  );
  const named = Object.entries(EXPECTED).flatMap(([folder, rows]) =>
    rows.flatMap(({ pair, alone }) => [...(pair ?? []), alone].map((file) => `${folder}/${file}`)),
  );
  expect(sources.filter((source) => !named.includes(source))).toEqual([]);
  expect(sources.length).toBeGreaterThan(200);
});
