import type { Judged } from '../../audit/census/verdict.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import type { BaselineEntry, HeldAgainst } from './audit.ts';

/*
 * A baseline lists the misuses that are known, so that CI fails for new ones only. It is a file that people review and
 * commit: one entry a line of the diff, no line numbers, and a place for the reason.
 */

/** Of the format. */
const FORMAT = 1;

/** Lazily, as most audits have no baseline. */
const shape = onDemand(() => {
  const z = zod();
  const text = z.string();
  return z.strictObject({
    'refuzz-audit-baseline': z.literal(FORMAT),
    misuse: z.array(
      z.strictObject({ counter: text.min(1), file: text.min(1), rule: text.min(1), why: text.default('') }),
    ),
  });
});

/** What a misuse is known by. The file is in it, as two structures may have one name. */
function keyOf({ counter, file, rule }: Omit<BaselineEntry, 'why'>): string {
  return JSON.stringify([counter, file, rule]);
}

/** A fresh entry. The reason is for people to write, and empty until one does. */
function entryOf({ counter, rule }: Judged): BaselineEntry {
  return { counter: counter.name, file: counter.declared.file, rule, why: '' };
}

/** Reads a baseline. @param file for messages @throws InputError */
export function readBaseline(text: string, file: string): BaselineEntry[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new InputError(file, `is no JSON (${(error as Error).message}); write it with --write-baseline`);
  }
  const read = shape().safeParse(data);
  if (read.success) return read.data.misuse;
  const [issue] = read.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw new InputError(
    file,
    `is no baseline${at === '' ? '' : `, at ${at}`}: ${issue?.message}; write it with --write-baseline`,
  );
}

/**
 * Holds an audit against a baseline.
 *
 * Only misuses count: an entry whose counter is sound by now is gone, which is what its reader wants to hear.
 */
export function heldAgainst(
  baseline: string,
  entries: readonly BaselineEntry[],
  judged: readonly Judged[],
): HeldAgainst {
  const misuses = judged.filter(({ verdict }) => verdict === 'misuse');
  const listed = new Set(entries.map(keyOf));
  const there = new Set(misuses.map((one) => keyOf(entryOf(one))));
  return {
    baseline,
    known: new Set(misuses.filter((one) => listed.has(keyOf(entryOf(one))))),
    gone: entries.filter((entry) => !there.has(keyOf(entry))),
  };
}

/**
 * The baseline of an audit, as text: every misuse that there is. The reasons that an earlier one gives are kept.
 *
 *     {
 *       "refuzz-audit-baseline": 1,
 *       "misuse": [
 *         {"counter":"priv.users","file":"drivers/x/y.c","rule":"from-0","why":"fixed in our next release"}
 *       ]
 *     }
 *
 * @returns whole lines, an entry each, in one order
 */
export function baselineText(judged: readonly Judged[], earlier: readonly BaselineEntry[]): string {
  const reasons = new Map(earlier.map((entry) => [keyOf(entry), entry.why]));
  const entries = judged
    .filter(({ verdict }) => verdict === 'misuse')
    .map(entryOf)
    .map((entry) => ({ ...entry, why: reasons.get(keyOf(entry)) ?? '' }))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const lines = [...new Map(entries.map((entry) => [keyOf(entry), `    ${JSON.stringify(entry)}`])).values()];
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "refuzz-audit-baseline": ${FORMAT},\n  "misuse": ${list}\n}\n`;
}
