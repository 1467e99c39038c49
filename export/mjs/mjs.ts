import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type ExportFormat, oneFile } from '../reproduce/export-format.ts';
import { headOf } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText } from '../reproduce/source-text.ts';
import { counterProgram } from './mjs-counter.ts';
import { schemeProgram } from './mjs-scheme.ts';

/** Cases as programs in JavaScript. */
export const MJS: ExportFormat = {
  name: 'mjs',
  about: 'a JavaScript file for Node, with worker threads',
  files: oneFile('repro.mjs', exportMjs),
  howTo: (path) => `node ${path}`,
};

/**
 * A case as one JavaScript file that needs nothing but Node: it runs the threads of the program as worker threads on
 * words in shared memory, lets them take turns as the schedule was recorded, prints every access, and judges.
 *
 * The ops are written out as decision trees over the results of their accesses, as far as this case needs
 * them. Exit codes of the file: 1 the divergence shows, 0 it does not, 2 it cannot be run.
 *
 * @throws Error when the program does not fit the target, ScheduleError when the schedule does not
 */
export function exportMjs(harness: Harness, stored: Case): string {
  const reproduction = reproductionOf(harness, stored);
  const { externals, texts } =
    reproduction.kind === 'scheme' ? schemeProgram(reproduction) : counterProgram(reproduction);
  const head = [
    ...headOf(reproduction),
    '',
    'Run it with node (20 or later), no arguments. Worker threads make the accesses one after another, in the order',
    'of the schedule, and every access is printed.',
    'Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.',
    'With --reference the ops of the reference run instead; nothing diverges then.',
    'Limits: sequentially consistent, one thread at a time; this program and this schedule only.',
  ];
  // Names and sentences of people go through `commentText`: a line break in one would begin a line of code.
  const comment = head.map((line) => `// ${commentText(line)}`.trimEnd()).join('\n');
  const imported = `import { ${externals.join(', ')} } from 'node:worker_threads';`;
  return `${[comment, imported, ...texts].join('\n\n')}\n`;
}
