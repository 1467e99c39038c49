import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { FAULTS } from '../../targets/subject/subject.ts';
import { everyPath, type PathBranch } from '../reproduce/every-path.ts';
import { type ExportFormat, oneFile } from '../reproduce/export-format.ts';
import { callText, headOf, Inexpressible } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText } from '../reproduce/source-text.ts';
import { COUNTER, OpWriter } from './litmus-ops.ts';
import { type Payload, payloadOf } from './litmus-payload.ts';
import { exportSchemeLitmus } from './litmus-scheme.ts';

/** Cases as litmus tests. */
export const LITMUS: ExportFormat = {
  name: 'litmus',
  about: 'a litmus test of the Linux kernel',
  files: oneFile('repro.litmus', exportLitmus),
  howTo: (path) => `herd7 -conf linux-kernel.cfg ${path}`,
};

/**
 * A case of a counter as a litmus test of the Linux kernel, for herd7 and klitmus7: the ops as the accesses they make, and
 * in the `exists` clause what the subject did in the recorded schedule. Cases of schemes: see litmus-scheme.ts.
 *
 * @throws Inexpressible for ops that do not return, and where a sum wraps
 */
export function exportLitmus(harness: Harness, stored: Case): string {
  if (harness.target.subject.kind === 'scheme') return exportSchemeLitmus(harness, stored);
  const reproduction = reproductionOf(harness, stored) as CounterReproduction;
  return `${[...litmusHead(reproduction), ...litmusBody(reproduction)].join('\n')}\n`;
}

/** The name of the test, and a comment: herd7 shows the first, and skips the second. */
function litmusHead(reproduction: CounterReproduction): string[] {
  const { stored } = reproduction;
  const name = `${stored.target}+${signatureOf(stored.expect.divergence)}`.replace(/[^A-Za-z0-9+.-]+/g, '-');
  const warnings = warningTexts(reproduction);
  const text = [
    ...headOf(reproduction),
    '',
    `Check it:  herd7 -conf linux-kernel.cfg repro.litmus   (in tools/memory-model of a kernel tree)`,
    'Run it:    klitmus7 -o repro.tar repro.litmus',
    '',
    'The exists clause is what the subject gave in the recorded schedule, word and answers. "Sometimes" or',
    '"Always": it can happen, the divergence shows. "Never": it cannot.',
    'P<t>:a<n> is the answer of op n of a thread (1 true, 0 false, or the value).',
    ...(warnings.length > 0
      ? [
          `P<t>:w<n> is its warning: ${warnings.map((warning, at) => `${at + 1} "${warning}"`).join(', ')}, 9 another, 0 none.`,
        ]
      : []),
    'Compare-exchange loops are unrolled as deep as the schedule goes; what goes round more often sets "lost".',
  ];
  return [`C ${name}`, '', '(*', ...text.map((line) => ` * ${commentText(line)}`.trimEnd()), ' *)', ''];
}

/** The warnings of the recorded run, each once. A register holds their numbers: herd7 has no texts. */
function warningTexts({ ops }: CounterReproduction): string[] {
  return [...new Set(ops.flatMap(({ outcome }) => outcome!.warnings.map(({ text }) => text)))];
}

/**
 * The initial state, a function for each thread, and the clause.
 *
 * @throws Inexpressible where herd7 and the counter would not compute alike
 */
function litmusBody(reproduction: CounterReproduction): string[] {
  const { harness, program, start, ops, final } = reproduction;
  const paths = everyPath(harness.subject, program, ops);
  if (!paths)
    throw new Inexpressible('the program has too many states to be unrolled; make it smaller first');
  if (paths.wraps)
    throw new Inexpressible(
      'a sum passes INT_MAX or INT_MIN, and the integers of herd7 do not wrap at 32 bits',
    );
  if (ops.some(({ outcome }) => FAULTS.some((fault) => fault === outcome!.result)))
    throw new Inexpressible('an op does not return');
  const payload = payloadOf(reproduction);
  const threads = paths.threads.map((list, thread) => threadOf(reproduction, list, thread, payload));
  const fields = payload?.words ?? [];
  return [
    '{',
    `\tatomic_t ${COUNTER} = ATOMIC_INIT(${start});`,
    ...fields.map((field) => `\t${field} = 0;`),
    '}',
    '',
    ...threads.flatMap(({ lines }, thread) => [
      `P${thread}(${[`atomic_t *${COUNTER}`, ...fields.map((field) => `int *${field}`)].join(', ')})`,
      '{',
      ...lines.map((line) => (line === '' ? '' : `\t${line}`)),
      '}',
      '',
    ]),
    `exists (${[...threads.flatMap(({ conditions }) => conditions), `${COUNTER}=${final}`, ...(payload ? [payload.condition] : [])].join(' /\\ ')})`,
  ];
}

/** A thread of the test, and what its registers held in the recorded run. */
interface Thread {
  readonly lines: readonly string[];
  readonly conditions: readonly string[];
}

/** The ops of a thread one behind the other, each with registers of its own. herd7 wants them declared first. */
function threadOf(
  reproduction: CounterReproduction,
  list: readonly PathBranch[],
  thread: number,
  payload: Payload | undefined,
): Thread {
  const { harness, program, ops } = reproduction;
  const runs = ops.filter((one) => one.thread === thread);
  const warned = warningTexts(reproduction);
  const writers = list.map((branch, op) => {
    const outcome = runs[op]!.outcome!;
    const writer = new OpWriter(harness.subject, op, {
      answers: outcome.result !== undefined,
      // What is not in the recorded run needs no number of its own.
      warnings: warned.length > 0 ? warned : undefined,
    });
    const body = writer.lines(branch, undefined, 0);
    const text = callText(harness, program.threads[thread]![op]!);
    return {
      writer,
      outcome,
      lines: [
        `/* ${commentText(text)} */`,
        ...(payload?.before(thread, op) ?? []),
        ...body,
        ...(payload?.behind(thread, op) ?? []),
      ],
    };
  });
  const cuts = writers.some(({ writer }) => writer.cuts);
  const registers = [
    ...writers.flatMap(({ writer }) => [...writer.registers]),
    ...(cuts ? ['lost'] : []),
    ...(payload?.registers(thread) ?? []),
  ];
  return {
    lines: [
      ...registers.map((name) => `int ${name};`),
      ...(registers.length > 0 ? [''] : []),
      ...(cuts ? ['lost = 0;'] : []),
      ...writers.flatMap(({ lines }) => lines),
    ],
    conditions: [
      ...writers.flatMap(({ writer, outcome }) => writer.conditions(thread, outcome)),
      ...(cuts ? [`${thread}:lost=0`] : []),
    ],
  };
}
