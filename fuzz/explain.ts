import type { Divergence } from '../oracles/divergence.ts';
import { formatBits, formatValue } from '../targets/values.ts';
import type { Observed } from './case.ts';
import type { Harness } from './harness.ts';
import { opCount, type Program } from './program.ts';

/**
 * Says in plain words why reference and subject differ, from what both were seen to do. Stored with the case;
 * people replace it with something better where they know better.
 */
export function explain(
  harness: Harness,
  divergence: Divergence,
  program: Program,
  reference: Observed,
  subject: Observed,
): string {
  const sentences =
    harness.target.subject.kind === 'scheme'
      ? schemeSentences(harness, divergence, program, reference, subject)
      : divergence.judgement === 'transient'
        ? windowSentences(divergence, subject)
        : opCount(program) === 1
          ? loneOpSentences(harness, program, reference, subject)
          : raceSentences(divergence, subject);
  return [...sentences, VERDICTS[divergence.judgement](divergence)].join(' ');
}

const VERDICTS: Readonly<Record<Divergence['judgement'], (divergence: Divergence) => string>> = {
  protects: () => 'The reference goes wrong here and the subject stops it.',
  'false-alarm': () => 'The reference is right here: the subject objects to sound use.',
  misses: () => 'Both go wrong here, and the subject says nothing.',
  breaks: ({ kind }) =>
    kind === 'lifetime'
      ? 'Only the subject does this to the object.'
      : 'The reference is right here and the subject is not.',
  changes: () => 'Neither is wrong: the behaviour changes.',
  transient: () => 'It is inside the window that the counter documents.',
};

function loneOpSentences(
  harness: Harness,
  program: Program,
  reference: Observed,
  subject: Observed,
): string[] {
  const letter = harness.alphabet.format(program.threads.flat()[0]!);
  const old = program.start as number;
  const { reference: referee } = harness.target;
  const nameOf = referee === 'ideal' ? 'the ideal counter' : referee.name;
  return [
    `${letter} on ${formatValue(old)}:`,
    `${nameOf} ${didAlone(old, reference)};`,
    `${harness.target.subject.name} ${didAlone(old, subject)}.`,
  ];
}

function didAlone(old: number, { results, warnings, final }: Observed): string {
  const result = results.flat()[0];
  const answer =
    result === undefined ? [] : [`returns ${typeof result === 'number' ? formatValue(result) : result}`];
  const store =
    final === old ? 'leaves the word alone' : `leaves ${formatValue(final!)} (${formatBits(final!)})`;
  const warning = warnings.map((text) => `warns "${text}"`);
  return [...answer, store, ...warning].join(', ');
}

const PLACES: Readonly<Record<Divergence['boundary'], string>> = {
  zero: 'at 0',
  'minus-one': 'at -1',
  'int-max': 'past INT_MAX',
  wrap: 'around the 32-bit wrap',
  saturated: 'off the saturation value',
  interior: 'inside the range that counts as bad',
};

function windowSentences({ op, boundary, kind }: Divergence, subject: Observed): string[] {
  const opened = `Between an op that took the word out of range ${PLACES[boundary]} and its store of the saturation value, ${op} gets in:`;
  if (kind === 'value') return [opened, 'what it wrote is overwritten by the correction.'];
  const seen = kind === 'result' ? 'it answers' : 'it warns, or keeps quiet,';
  const pinned = `(the word ends at ${formatValue(subject.final!)})`;
  return [opened, `${seen} as no order of indivisible ops would have it ${pinned}.`];
}

function raceSentences({ op, kind }: Divergence, subject: Observed): string[] {
  if (kind === 'conservation') {
    return [
      `References are lost or invented: after ${op} the word ends at ${formatValue(subject.final!)}, which is not start plus gained minus dropped, or two puts were told they were the last.`,
    ];
  }
  if (kind === 'sticky')
    return [`${op} takes the word off the saturation value, so a pinned counter counts again.`];
  return [`No order of indivisible ops gives ${op} what it got in this schedule.`];
}

function schemeSentences(
  harness: Harness,
  { op, kind }: Divergence,
  program: Program,
  reference: Observed,
  subject: Observed,
): string[] {
  const from = `From ${program.start}, ${harness.target.subject.name}:`;
  const pairs = (observed: Observed) => observed.results.map((list) => list.join(', ')).join(' ∥ ');
  const facts = subject.facts?.length ? [`The object suffers: ${subject.facts.join(', ')}.`] : [];
  const warned = subject.warnings.map((text) => `It warns "${text}".`);
  if (kind === 'lifetime') return [from, `${op} brings it about.`, ...facts, ...warned];
  if (kind === 'warning')
    return [from, `${op} answers as before, with a warning the original has not.`, ...warned];
  return [
    from,
    `the results are ${pairs(subject)}, which the original cannot give (nearest: ${pairs(reference)}).`,
    ...warned,
  ];
}
