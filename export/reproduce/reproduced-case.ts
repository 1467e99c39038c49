import type { Case } from '../../fuzz/case/case.ts';
import { caseFileName } from '../../fuzz/case/case-file.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { wrapped } from '../show/style.ts';

/** What a reproduction of a counter and one of a scheme have in common. */
export interface ReproducedCase {
  readonly harness: Harness;
  readonly stored: Case;
  readonly program: Program;
  /** The thread of each access of the subject. */
  readonly schedule: readonly number[];
}

/**
 * A case that a format has no way to say; the message is the reason. It is no fault of refuzz: the command line prints
 * it and ends with exit code 2.
 */
export class Inexpressible extends Error {}

/** An op as it is called: `inc()`, `add(2)`; the RCU callback has the call -1. */
export function callText({ alphabet }: Harness, call: number): string {
  if (call < 0) return 'callback';
  const text = alphabet.format(call);
  return text.endsWith(')') ? text : `${text}()`;
}

/** Width of the text at the head of an exported file. */
const WIDTH = 88;

/** What the head of an exported file says in every format: what diverges, why, and which case it comes from. */
export function headOf({ harness, stored, program }: ReproducedCase): string[] {
  const { divergence } = stored.expect;
  const { reference, subject } = harness.target;
  return [
    `${stored.target}: ${signatureOf(divergence)}`,
    '',
    ...wrapped(stored.why, WIDTH),
    '',
    `Subject: ${subject.name}. Reference: ${reference === 'ideal' ? 'the ideal counter' : reference.name}. Start: ${startText(program)}.`,
    ...wrapped(`Case: ${stored.target}/${caseFileName(stored)}, found by ${stored.found.by}.`, WIDTH),
  ];
}

function startText({ start }: Program): string {
  return typeof start === 'number' ? formatValue(start) : `state ${start}`;
}

/** `inc: result, transient`: what a verdict line names. */
export function divergenceText({ stored }: ReproducedCase): string {
  const { op, kind, judgement } = stored.expect.divergence;
  return `${op}: ${kind}, ${judgement}`;
}
