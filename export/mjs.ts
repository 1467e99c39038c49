import type { Case } from '../fuzz/case.ts';
import type { Harness } from '../fuzz/harness.ts';
import { programOf } from '../fuzz/make-case.ts';
import { observe } from '../fuzz/observe.ts';
import type { Program } from '../fuzz/program.ts';
import { keyOf } from '../oracles/divergence.ts';
import { counterProgram } from './mjs-counter.ts';
import { schemeProgram } from './mjs-scheme.ts';
import { wrapped } from './style.ts';

/**
 * A case as one JavaScript file that needs nothing but Node: it steps the threads through the recorded schedule
 * on words in shared memory, prints every access, and judges.
 *
 * The ops are written out as decision trees over the results of their accesses, as far as this case needs
 * them. Exit codes of the file: 1 the divergence shows, 0 it does not, 2 it cannot be run.
 *
 * @throws Error when the program does not fit the target, ScheduleError when the schedule does not
 */
export function exportMjs(harness: Harness, stored: Case): string {
  const program = programOf(harness, stored);
  const { accesses, reference } = observe(harness, program, stored.schedule);
  const schedule = accesses.map(({ thread }) => thread);
  const isScheme = harness.target.subject.kind === 'scheme';
  const body = isScheme
    ? schemeProgram(harness, stored, program, schedule)
    : counterProgram(harness, stored, program, schedule, reference);
  return `${[...header(harness, stored, program), '', ...body].join('\n')}\n`;
}

function header(harness: Harness, stored: Case, program: Program): string[] {
  const { divergence } = stored.expect;
  const { reference, subject } = harness.target;
  const counter = subject.kind === 'counter';
  return [
    `${stored.target}: ${keyOf(divergence)}`,
    '',
    ...wrapped(stored.why, 100),
    '',
    `Subject: ${subject.name}. Reference: ${reference === 'ideal' ? 'the ideal counter' : reference.name}. Start: ${startText(program)}.`,
    '',
    'Run it with node (20 or later), no arguments. It prints every access in the order of the schedule.',
    'Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.',
    ...(counter
      ? ['With --reference the ops of the reference run instead, one after another; nothing diverges then.']
      : []),
    'Limits: sequentially consistent, one thread of the machine; this program and this schedule only.',
  ].map(comment);
}

function startText({ start }: Program): string {
  return typeof start === 'number' ? String(start) : `state ${start}`;
}

/** A line comment: text from a case must not be able to end it. */
function comment(text: string): string {
  return `// ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('*/', '* /')}`.trimEnd();
}
