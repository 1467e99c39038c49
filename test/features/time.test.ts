import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/io/io.ts';
import { checksIn } from '../check-here.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { PAIRS } from './pairs.ts';

/*
 * What kernel code does later, and how it waits: each file is sound within two threads of two ops, and with its one defect
 * (the line below `defect:` is replaced by what stands there) it is not, and breaks what worked before.
 */
const HERE = 'test/features/time';

const root = mkdtempSync(join(tmpdir(), 'refuzz-time-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The last line of `--json`: of one file, and of a pair. */
interface Answer {
  readonly verdict: string;
  readonly faults: readonly { readonly what: string; readonly op: string }[];
  readonly divergences: readonly { readonly op: string; readonly judgement: string }[];
}

const run = checksIn(root);

/** Runs `refuzz check` in this process. @returns what it says last, as data */
async function check(...args: string[]): Promise<{ out: string; last: Answer }> {
  const { code, out, err } = await run(...args);
  expect(code, err).not.toBe(EXIT.USAGE);
  expect(code, err).not.toBe(EXIT.INTERNAL);
  return {
    out: `${out}${err}`,
    last: JSON.parse(out.trimEnd().split('\n').at(-1)!) as Answer,
  };
}

/** The file with its defect. */
function withDefect(name: string): string {
  const text = readFileSync(join(HERE, `${name}.c`), 'utf8');
  const defective = text.replace(/\/\* defect: (.*) \*\/\n.*\n/, '$1\n');
  expect(defective).not.toBe(text);
  const path = join(root, `${name}-defect.c`);
  writeFileSync(path, defective);
  return path;
}

describe.each(PAIRS.time)('%s', (name, _, found) => {
  const [fact, op] = found.split(' ');

  test('is sound', async () => {
    const { out, last } = await check(join(HERE, `${name}.c`));
    expect(last.verdict, out).toBe('sound');
  });

  test(`with its defect is said to have ${found}`, async () => {
    const { out, last } = await check(withDefect(name));
    expect(last.verdict, out).toBe('unsound');
    expect(last.faults, out).toContainEqual(expect.objectContaining({ what: fact, op }));
  });
});

test.each(oneIn(5, PAIRS.time))(`%s breaks with its defect: ${sampleOf(5)}`, async (name) => {
  const { out, last } = await check('--before', join(HERE, `${name}.c`), '--after', withDefect(name));
  expect(last.divergences, out).toContainEqual(expect.objectContaining({ judgement: 'breaks' }));
});
