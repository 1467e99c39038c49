import type { Difference } from '../../fuzz/booted/agreement.ts';
import type { SideReplay } from '../../fuzz/booted/replay-booted.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { Alone } from '../../oracles/oracle.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { resultText } from '../show/access-table.ts';
import type { Style } from '../show/style.ts';
import { table } from './report.ts';
import { stressReport } from './stress-report.ts';

/**
 * What one side of a case did in a booted kernel: its standing, and below it the ops of a program of one thread as a
 * table, or the outcomes of a race.
 *
 * @returns lines without a line break at the end
 */
export function sideReport(harness: Harness, replay: SideReplay, style: Style): string[] {
  const { reference, subject } = harness.target;
  const one = replay.side === 'reference' ? reference : subject;
  const name = one === 'ideal' ? one : one.name;
  return [`${replay.side} ${name}: ${standing(replay, style)}`, ...seen(harness, replay, style)];
}

/** An outcome that did not come up is no failure, since no schedule can be forced: hence it is not red. */
function standing({ kind, reason, hits, report }: SideReplay, style: Style): string {
  switch (kind) {
    case 'same':
      return 'as expected';
    case 'seen':
      return `as recorded in ${hits} of ${report!.runs} runs`;
    case 'unseen':
      return `the recorded outcome did not come up in ${report!.runs} runs, which proves nothing: no schedule can be forced here (--runs for more)`;
    case 'differs':
    case 'died':
      return style.red(`${kind}: ${reason}`);
    case 'absent':
      return style.yellow(`not run: ${reason}`);
  }
}

/** Nothing where the side was not run, or where a guest died of its ops one after another. */
function seen(harness: Harness, { steps, report }: SideReplay, style: Style): string[] {
  if (report) return stressReport(harness, report, style);
  if (!steps) return [];
  const rows = steps.map(({ thread, call, result, value, warnings }) => [
    String(thread),
    harness.alphabet.format(call),
    resultText(result),
    formatValue(value),
    warnings.join('; '),
  ]);
  return table(['thread', 'op', 'result', 'word', 'warns'], rows, style, 'left').split('\n');
}

/** `sub_and_test(0) on 0: the kernel returns true, leaves 0; the model returns false, leaves …` */
export function differenceLine({ alphabet }: Harness, { call, old, kernel, model }: Difference): string {
  return `${alphabet.format(call)} on ${formatValue(old)}: the kernel ${did(kernel)}; the model ${did(model)}`;
}

/** All three parts in words, also those that agree. */
function did({ result, value, warnings }: Alone): string {
  const parts = [
    ...(result === undefined ? [] : [`returns ${resultText(result)}`]),
    `leaves ${formatValue(value)}`,
    ...warnings.map((text) => `warns "${text}"`),
  ];
  return parts.join(', ');
}
