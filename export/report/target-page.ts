import { posix } from 'node:path';
import type { MetCause } from '../../fuzz/case/causes-met.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type Judgement, signatureOf } from '../../oracles/divergence.ts';
import { sideNames, subjectsOf } from '../../targets/target/sides.ts';
import { drawnRun } from '../show/show.ts';
import { plainStyle } from '../show/style.ts';
import { hasJudgement, judgedText } from './cause-report.ts';
import { causeBrief, causeText, intervalText, isInRaces, listed } from './cause-text.ts';
import { dangersOf } from './dangers.ts';
import { GRAVEST_FIRST } from './finding-text.ts';
import { meaningOf } from './judgement-words.ts';

/** The first line of every page that is made from cases. */
const GENERATED = '<!-- Made from the cases by `npm run pages`; do not edit. -->';

/**
 * What the corpus knows of one target, as a page for people: in how many ways the subject parts from the reference, where,
 * whether that protects, and a drawn case of each.
 *
 * @param causes of all cases of the target
 * @param folder of the page, to link cases from
 * @returns Markdown
 */
export function targetPage(harness: Harness, causes: readonly MetCause[], folder: string): string {
  const { target } = harness;
  const sides = sideNames(target);
  const told = new Set<string>();
  const sources = new Set(subjectsOf(target).flatMap(({ source }) => source ?? []));
  return [
    GENERATED,
    `# ${target.name}`,
    `${target.about}.${sources.size > 0 ? ` The code: ${[...sources].join('; ')}.` : ''}`,
    `**${sides.subject} parts from ${sides.reference} in ${ways(causes.length)}:** ${balance(causes)}.`,
    briefList(causes),
    ...judgementLines(causes, sides),
    ...causes.flatMap((one, at) => causeSection(harness, one, at + 1, folder, told)),
    signatureList(causes, folder),
  ]
    .join('\n\n')
    .concat('\n');
}

/**
 * The page over all targets.
 *
 * @param rows a line for each target that has cases
 */
export function corpusPage(
  rows: readonly { readonly name: string; readonly about: string; readonly causes: readonly MetCause[] }[],
): string {
  return [
    GENERATED,
    '# The corpus',
    'One case for each way in which a subject is known to part from its reference, ordered by what causes it. Each target has a page that tells it in words; `refuzz explain <target>/<cause>` tells the story of one.',
    [
      '| target | what it compares | causes | signatures |',
      '|---|---|---|---|',
      ...rows.map(
        ({ name, about, causes }) =>
          `| [${name}](${name}/README.md) | ${about} | ${causes.length} | ${judgedText({ met: causes.flatMap(({ met }) => met) })} |`,
      ),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The page in a minute: a line for each cause. */
function briefList(causes: readonly MetCause[]): string {
  return causes
    .map((one, at) => `${at + 1}. ${one.cause ? causeBrief(one.cause) : headingOf(one)} (${judgedText(one)})`)
    .join('\n');
}

function ways(count: number): string {
  return count === 1 ? 'one way' : `${count} ways`;
}

/** `it protects in 5 of them, objects to sound use in 1, …`: a cause with several judgements counts for each. */
function balance(causes: readonly MetCause[]): string {
  const parts = GRAVEST_FIRST.flatMap((judgement) => {
    const count = causes.filter((one) => hasJudgement(one, judgement)).length;
    return count === 0 ? [] : [`${BALANCE[judgement]} in ${count === causes.length ? 'all' : count}`];
  });
  return listed(parts);
}

const BALANCE: Readonly<Record<Judgement, string>> = {
  breaks: 'it goes wrong where the reference does not',
  misses: 'both go wrong in silence',
  'false-alarm': 'it objects to sound use',
  changes: 'it differs without harm',
  protects: 'it stops what goes wrong in the reference',
  transient: 'it differs only within its documented window',
};

function judgementLines(
  causes: readonly MetCause[],
  sides: { reference: string; subject: string },
): string[] {
  const met = GRAVEST_FIRST.filter((judgement) => causes.some((one) => hasJudgement(one, judgement)));
  return [met.map((judgement) => `- *${judgement}*: ${meaningOf(judgement, sides)}`).join('\n')];
}

/** @param told dangers that the page has told already; this one's is added */
function causeSection(
  harness: Harness,
  one: MetCause,
  number: number,
  folder: string,
  told: Set<string>,
): string[] {
  const { cause, witness } = one;
  const heading = `## ${number}. ${headingOf(one)}`;
  const text = cause ? `${causeText(cause)}.` : (witness?.case.why ?? '');
  const danger = dangersOf(cause, witness?.case).find((text) => !told.has(text));
  if (danger !== undefined) told.add(danger);
  return [
    heading,
    `${text}${danger === undefined ? '' : ` ${danger}`}`,
    ...(witness ? [`\`\`\`\n${drawnRun(harness, witness.case, plainStyle).join('\n')}\n\`\`\``] : []),
    `${judgedText(one)}${witness ? `; drawn: [${signatureOf(witness.case.expect.divergence)}](${linkTo(witness.path, folder)})` : ''}${cause ? `; \`refuzz explain ${harness.target.name}/${causeFolder(cause.name)}\`` : ''}`,
  ];
}

/** `dec, where the count is 1 or below` */
function headingOf({ cause, met }: MetCause): string {
  if (!cause) return `Seen at ${listed([...new Set(met.map(({ divergence }) => divergence.op))])}`;
  const ops = listed(cause.ops);
  if (isInRaces(cause)) return `${ops}, only in races`;
  return cause.alone ? `${ops}, where the count is ${cause.alone.map(intervalText).join(' or ')}` : ops;
}

function signatureList(causes: readonly MetCause[], folder: string): string {
  const all = causes.flatMap(({ met }) => met);
  const lines = all
    .map(({ divergence, case: path }) => ({ signature: signatureOf(divergence), path }))
    .sort((one, other) => (one.signature < other.signature ? -1 : 1))
    .map(
      ({ signature, path }) =>
        `- ${path === undefined ? signature : `[${signature}](${linkTo(path, folder)})`}`,
    );
  return `<details>\n<summary>${all.length === 1 ? 'The signature' : `All ${all.length} signatures`}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}

function linkTo(path: string, folder: string): string {
  return posix.relative(folder, path).replaceAll('+', '%2B');
}
