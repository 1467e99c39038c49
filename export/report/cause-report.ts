import type { MetCause } from '../../fuzz/case/causes-met.ts';
import { JUDGEMENTS } from '../../oracles/divergence.ts';
import type { Style } from '../show/style.ts';
import { causeText } from './cause-text.ts';
import { grouped } from './grouped.ts';

/** Causes of one target that are written out. */
const CAUSES_SHOWN = 12;

/**
 * What a search came to, in causes: each target with a line that counts, and a sentence for each cause.
 *
 *     kernel-vs-model: 1 new cause, 71 signatures
 *       dec_not_one parts from refcount/v5.5 where the count is 0: it returns false, …   (2 breaks, 69 changes)
 *
 * @param causes the new ones first
 * @returns lines without a line break at the end
 */
export function causeLines(causes: readonly MetCause[], style: Style): string[] {
  const targets = [...new Set(causes.map(({ target }) => target))];
  return targets.flatMap((target) => {
    const own = causes.filter((one) => one.target === target);
    const shown = own.slice(0, CAUSES_SHOWN);
    return [
      `${style.bold(target)}: ${countText(own)}`,
      ...shown.map((one) => `  ${isNew(one) ? style.red('new') : 'known'}  ${sentence(one)}`),
      ...(own.length > shown.length ? [`  … and ${own.length - shown.length} causes more`] : []),
    ];
  });
}

/** One cause as data. */
export function causeJson({ target, cause, met, witness }: MetCause) {
  return {
    target,
    name: cause?.name ?? null,
    ops: cause?.ops ?? null,
    text: cause ? causeText(cause) : null,
    isNew: met.some((each) => each.isNew),
    signatures: met.length,
    witness: witness?.path ?? null,
  };
}

function isNew({ met }: MetCause): boolean {
  return met.some((each) => each.isNew);
}

/** `1 new cause, 71 signatures; 6 known causes, 202 signatures` */
function countText(causes: readonly MetCause[]): string {
  const parts = [true, false].flatMap((fresh) => {
    const own = causes.filter((one) => isNew(one) === fresh);
    if (own.length === 0) return [];
    const signatures = own.reduce((sum, { met }) => sum + met.length, 0);
    return [`${plural(own.length, fresh ? 'new cause' : 'known cause')}, ${plural(signatures, 'signature')}`];
  });
  return parts.join('; ');
}

function sentence({ cause, met }: MetCause): string {
  const judged = JUDGEMENTS.flatMap((judgement) => {
    const count = met.filter(({ divergence }) => divergence.judgement === judgement).length;
    return count === 0 ? [] : [`${count} ${judgement}`];
  });
  const text = cause ? causeText(cause) : 'cause not known';
  return `${text}  (${judged.join(', ')})`;
}

function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}
