import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type ExportFormat, oneFile } from '../reproduce/export-format.ts';
import { headOf } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText } from '../reproduce/source-text.ts';
import { counterProgram } from './c-counter.ts';
import { schemeProgram } from './c-scheme.ts';

/** Cases as programs in C. */
export const C: ExportFormat = {
  name: 'c',
  about: 'a C11 program with pthreads',
  files: oneFile('repro.c', exportC),
  howTo: (path) => `cc -std=c11 -pthread -Wall -Wextra -o repro ${path} && ./repro`,
};

/**
 * A case as one C11 program with pthreads: its threads make their accesses one after another, as the schedule was
 * recorded, so that it fails every time. It prints every access, and judges.
 *
 * Exit codes of the program: 1 the divergence shows, 0 it does not, 2 it cannot be run.
 *
 * @throws Error when the program does not fit the target, ScheduleError when the schedule does not
 */
export function exportC(harness: Harness, stored: Case): string {
  const reproduction = reproductionOf(harness, stored);
  const { externals, texts } =
    reproduction.kind === 'scheme' ? schemeProgram(reproduction) : counterProgram(reproduction);
  const head = [
    ...headOf(reproduction),
    '',
    'Build:  cc -std=c11 -pthread -Wall -Wextra -o repro repro.c',
    'Run:    ./repro',
    '',
    'The threads make their accesses one after another, in the order of the schedule; every access is printed.',
    'Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.',
    'With --reference the ops of the reference run instead; nothing diverges then.',
    'Limits: sequentially consistent, one thread at a time; this program and this schedule only.',
  ];
  // Names and sentences of people go through `commentText`: none of them can end this comment.
  const comment = ['/*', ...head.map((line) => ` * ${commentText(line)}`.trimEnd()), ' */'];
  return `${[[...comment, ...externals].join('\n'), ...texts].join('\n\n')}\n`;
}
