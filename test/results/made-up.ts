import type { Finding, Report, Result, Status } from '../../export/results/result.ts';

/** Texts that end, or begin, something in one of the formats. */
export const HOSTILE = [
  '::error file=x::not ours',
  'two\nlines\r\nor three',
  ']]> <!-- & "quoted" \'text\' <b>',
  'not ok 1 # SKIP nothing',
  '...\n---\n- a: {b: [c',
  'bell \u0007, escape \u001b[31m, nul \u0000, \ufffe, half \ud800',
  '# Subtest: other',
  '100% of 5, 6: 7%0A8',
  'Bail out!',
  '1..3',
  ' - dashes',
  'trailing \\',
  'x'.repeat(3000),
  '∀ 🦀 \u202e',
] as const;

/** A result of a status, all of whose texts are hostile. */
export function hostileResult(status: Status, at: number): Result {
  const text = (more: number) => HOSTILE[(at + more) % HOSTILE.length]!;
  return {
    suite: `suite ${text(0)}`,
    name: text(1),
    status,
    message: text(2),
    details: [text(3), text(4), text(5)],
    place: { file: `a folder/${text(6)}.c`, line: 3, column: 7 },
    command: text(7),
  };
}

export const FINDING: Finding = {
  target: 'pax',
  signature: 'inc-int-max-value-protects',
  op: 'inc',
  boundary: 'int-max',
  kind: 'value',
  judgement: 'protects',
  isNew: true,
  case: 'corpus/pax/inc.yaml',
};

export function reportOf(results: readonly Result[], exitCode = 1): Report {
  return { command: 'check', version: '9.9.9', exitCode, seconds: 1.25, results };
}
