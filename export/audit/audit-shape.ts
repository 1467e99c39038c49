import type { z } from 'zod';
import { JUDGED_TYPES, LISTED_TYPES } from '../../audit/census/counter.ts';
import { VERDICTS } from '../../audit/census/verdict.ts';
import { schemaText } from '../../fuzz/case/json-schema.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';

/*
 * The shape of `audit --json`, from which the schema for its readers is made (dist/schema/audit.json). What is in it are the
 * records of audit/census as they are, under the names that docs/audit.md explains, so that whoever reads it can go back to
 * every line that a verdict rests on.
 */

/** Of the format. It grows when a field goes or means something else, and stays when one is added. */
export const AUDIT_FORMAT = 1;

/** What of a tree is in the document besides counters. */
function headShape() {
  const { number, string, object, array, literal } = zod();
  const files = object({ seen: number(), parsed: number(), cached: number() });
  const place = object({ file: string(), line: number(), text: string() });
  return {
    'refuzz-audit': literal(AUDIT_FORMAT),
    version: string(),
    tree: string(),
    answer: string(),
    uncovered: array(string()),
    files,
    loss: object({
      written: number(),
      attributed: number(),
      inWrappers: number(),
      lostCount: number(),
      lost: array(place.extend({ why: string() })),
    }),
    skipped: array(object({ file: string(), why: string() })),
    verdicts: object(Object.fromEntries(VERDICTS.map((verdict) => [verdict, number()]))),
    baseline: object({
      file: string(),
      known: number(),
      gone: array(object({ counter: string(), file: string(), rule: string(), why: string() })),
    }).nullable(),
  };
}

/** How the result of an op is used, as audit/census/counter.ts has it. */
function useShape() {
  const { boolean, string, object, array, number, union } = zod();
  const oneOf = zod().enum;
  const branch = object({
    calls: array(object({ callee: string(), args: array(string()), isNested: boolean(), line: number() })),
    frees: array(
      object({
        how: oneOf(['directly', 'rcu', 'work', 'callback', 'other']),
        path: array(string()),
        isSameObject: boolean(),
        isConditional: boolean(),
        line: number(),
      }),
    ),
    wakes: array(string()),
    leaves: string().optional(),
  });
  const test = object({
    relation: oneOf(['==', '!=', '<', '<=', '>', '>=']),
    with: union([number(), string()]),
    isAssertion: boolean(),
    isAwaited: boolean(),
  });
  return object({
    result: oneOf(['void', 'tested', 'asserted', 'printed', 'stored', 'returned', 'passed']),
    tests: array(test),
    whenTrue: branch.optional(),
    whenFalse: branch.optional(),
    isPartOfCondition: boolean(),
  });
}

/** An op. Its range is kept, so that a reader can edit the file without looking for the call again. */
function siteShape() {
  const { boolean, string, object, array, number, union } = zod();
  const oneOf = zod().enum;
  return object({
    file: string(),
    line: number(),
    text: string(),
    from: number(),
    to: number(),
    op: string(),
    written: string(),
    amounts: array(union([number(), string()])),
    order: oneOf(['relaxed', 'acquire', 'release']).optional(),
    fn: string(),
    object: string(),
    via: array(string()),
    attribution: oneOf(['typed', 'by name in the file', 'by name in the folder', 'by name in the tree']),
    use: useShape(),
    isCreation: boolean().optional(),
    locks: array(string()),
    release: string().optional(),
  });
}

/**
 * A counter with its verdict. Both are in one object: whoever filters by verdict wants the counter, and nobody wants one
 * without the other.
 */
function counterShape() {
  const { boolean, string, object, array, number } = zod();
  const oneOf = zod().enum;
  const place = object({ file: string(), line: number(), text: string() });
  return object({
    id: string(),
    name: string(),
    struct: string(),
    field: string(),
    type: oneOf([...JUDGED_TYPES, ...LISTED_TYPES]),
    shape: oneOf(['one', 'array', 'pointer']),
    declared: place.extend({ from: number(), to: number() }),
    comment: string(),
    verdict: oneOf(VERDICTS),
    protocol: string(),
    rule: string(),
    confidence: oneOf(['high', 'medium', 'low']),
    doubts: array(string()),
    remedy: string(),
    reasons: array(object({ what: string(), places: array(place) })),
    known: boolean(),
    sites: array(siteShape()),
    escapes: array(place.extend({ kind: oneOf(['address', 'raw']), fn: string(), to: string() })),
    embeddedIn: array(string()),
  });
}

/** The whole document. */
export const auditShape = onDemand(
  (): z.ZodType => zod().object({ ...headShape(), counters: zod().array(counterShape()) }),
);

/** What the schema says of a key. */
const ABOUT: Readonly<Record<string, string>> = {
  'refuzz-audit': 'The version of the format.',
  version: 'Of refuzz.',
  tree: 'What was audited, as it was named.',
  answer: 'The answer in a sentence.',
  uncovered:
    'What the answer does not cover: files that were not read, ops that were lost, counters that are unknown.',
  files: 'Files looked at, parsed, and known from an earlier run.',
  loss: 'Ops by the text alone, and how many of them were attributed to a counter.',
  'loss.inWrappers': 'In functions that take the counter by pointer: charged to their callers.',
  'loss.lostCount': 'Attributed to none.',
  'loss.lost': 'The first hundred of them.',
  skipped: 'Files that were not read, and why.',
  verdicts: 'How many counters have each verdict, of the whole tree.',
  baseline: 'How the misuses stand to the baseline; null without one.',
  counters: 'Those that were asked for: all, unless --only or --struct said otherwise.',
  'counters.id': 'The name, and the file where two have the same.',
  'counters.declared': 'The declaration; from and to are the range of its type, in UTF-16 units of the file.',
  'counters.protocol': 'What it is used as.',
  'counters.rule': 'The rule that decided.',
  'counters.doubts': 'Why the confidence is no higher.',
  'counters.known': 'A misuse that the baseline lists.',
  'counters.sites': 'Every op on it.',
  'counters.sites.op': 'The op, whatever it was written as.',
  'counters.sites.via': 'The functions or macros that the call went through, the outermost first.',
  'counters.sites.use': 'How its result is used, and what happens on either branch.',
  'counters.escapes': 'Where its address goes and is not followed, or its inside is read.',
};

/** The schema of `audit --json`, as text. */
export const auditSchema = onDemand(() =>
  schemaText(auditShape(), 'audit', 'The counters of a tree, as refuzz audit --json has them', ABOUT),
);
