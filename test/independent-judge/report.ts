import { type Agreement, type Disagreement, isSameVerdict, type Judge, wordOf } from './agreement.ts';
import { programLine, protocolText } from './language.ts';
import { shrunk } from './shrink.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a comparison of two judges came to, for people: how many programs, why some were not decided, which verdicts there
 * were, and the smallest form of one disagreement of each kind.
 *
 * @param shown how many kinds are shown
 */
export function reportOf(
  { decided, undecided, verdicts, disagreements }: Agreement,
  expects: Judge,
  judge: Judge,
  shown: number,
): string {
  const kinds = new Map<string, Disagreement[]>();
  for (const one of disagreements) kinds.set(kindOf(one), [...(kinds.get(kindOf(one)) ?? []), one]);
  const counted = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort(([, one], [, other]) => other - one)
      .map(([name, times]) => `  ${String(times).padStart(6)}  ${name}`);
  const sizes = new Map([...kinds].map(([kind, { length }]) => [kind, length]));
  return [
    `${decided} programs decided, ${disagreements.length} disagreements`,
    ...counted(verdicts),
    'undecided:',
    ...counted(undecided),
    'disagreements:',
    ...counted(sizes),
    ...[...kinds.values()]
      .slice(0, shown)
      .map(([first]) => `\n${disagreementText(shrunk(first!, expects, judge))}`),
  ].join('\n');
}

/** What kind of disagreement it is. */
function kindOf({ expected, actual }: Disagreement): string {
  if (wordOf(expected) !== wordOf(actual)) return `${wordOf(expected)}, and refuzz: ${wordOf(actual)}`;
  const kinds = (texts: readonly string[]) => texts.map((text) => text.replace(/^[^-]+-/, '')).join(' ');
  const lacks = expected.divergences.filter((text) => !actual.divergences.includes(text));
  const has = actual.divergences.filter((text) => !expected.divergences.includes(text));
  if (isSameVerdict({ ...expected, hasLost: actual.hasLost, hasNew: actual.hasNew }, actual))
    return `same divergences, and refuzz: ${actual.hasLost ? '' : 'no '}lost, ${actual.hasNew ? '' : 'no '}new outcomes`;
  return `same verdict, and refuzz lacks [${kinds(lacks)}], adds [${kinds(has)}]`;
}

function disagreementText({ pair, program, expected, actual }: Disagreement): string {
  return [
    `pair ${pair.number} (${pair.edits.join(', ')}), program ${programLine(program)}`,
    'before:',
    protocolText(pair.before, program),
    'after:',
    protocolText(pair.after, program),
    `independent: ${verdictText(expected)}`,
    `refuzz:      ${verdictText(actual)}`,
  ].join('\n');
}

function verdictText({ divergences, gravest, hasLost, hasNew }: Verdict): string {
  return `${gravest} [${divergences.join(' ')}]${hasLost ? ' lost' : ''}${hasNew ? ' new' : ''}`;
}
