import type { Divergence } from '../../oracles/divergence.ts';
import { befallsObject } from '../../oracles/lifetime.ts';
import { oracleBehind } from '../../oracles/oracles.ts';
import type { Result, Subject } from '../../targets/subject/subject.ts';
import { formatBits, formatValue } from '../../targets/subject/values.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { laterThreadName } from '../run/later-names.ts';
import type { AccessSeen } from '../run/trace.ts';
import type { Observed } from './case.ts';
import { slotOf, windowsOf } from './windows.ts';

/** What is known of a divergence once its program has been run. */
export interface Evidence {
  readonly divergence: Divergence;
  readonly program: Program;
  readonly reference: Observed;
  readonly subject: Observed;
  readonly accesses: readonly AccessSeen[];
}

/**
 * Says in plain words why reference and subject differ, from what both were seen to do. Stored with the case; people
 * replace it with something better where they know better. Three parts: what was seen, what that means, where the code
 * is from.
 */
export function explain(harness: Harness, evidence: Evidence): string {
  const { divergence } = evidence;
  return [...observation(harness, evidence), verdict(harness, divergence), ...source(harness)].join(' ');
}

/**
 * What was seen, in a sentence for each sort of program. One op alone needs no schedule in its sentence, and a window
 * needs the observer; other races only name the oracle that objects.
 */
function observation(harness: Harness, evidence: Evidence): string[] {
  if (harness.target.subject.kind === 'scheme') return schemeSentences(harness, evidence);
  if (opCount(evidence.program) === 1) return loneOpSentences(harness, evidence);
  return evidence.divergence.judgement === 'transient'
    ? windowSentences(harness, evidence)
    : raceSentences(harness, evidence);
}

/** A counter whose threads are to put what they got objects to misuse as well: `check` says which of the two it is. */
function verdict({ held }: Harness, divergence: Divergence): string {
  const text = VERDICTS[divergence.judgement](divergence);
  return held === undefined ? text : text.replace(' objects to sound use.', ' objects.');
}

/** What that means, by the judgement. */
const VERDICTS: Readonly<Record<Divergence['judgement'], (divergence: Divergence) => string>> = {
  protects: () => 'The reference goes wrong here and the subject stops it.',
  'false-alarm': () => 'The reference is right here: the subject objects to sound use.',
  misses: () => 'This is misuse or does not fit the word, and nobody says so.',
  breaks: ({ kind }) =>
    befallsObject(kind)
      ? 'Only the subject lets this happen to the object.'
      : 'The reference is right here and the subject is not.',
  changes: () => 'Neither is wrong: the behaviour changes.',
  transient: () => 'It lies inside the window that the counter documents.',
};

/** Where the code is from, so that a reader can look it up. */
function source({ target }: Harness): string[] {
  const sides = target.reference === 'ideal' ? [target.subject] : [target.reference, target.subject];
  const sources = new Set(sides.flatMap((side) => side.source ?? []));
  return sources.size > 0 ? [`Source: ${[...sources].join('; ')}.`] : [];
}

/** `dec on 0: atomic leaves -1; refcount/v5.5 leaves SATURATED, warns "…".` */
function loneOpSentences({ target, alphabet }: Harness, { program, reference, subject }: Evidence): string[] {
  const call = alphabet.format(program.threads.flat()[0]!);
  const old = program.start as number;
  const referee = target.reference === 'ideal' ? 'the ideal counter' : target.reference.name;
  return [
    `${call} on ${formatValue(old)}:`,
    `${referee} ${didAlone(old, reference)};`,
    `${target.subject.name} ${didAlone(old, subject)}.`,
  ];
}

/** Result, word and warnings of one op: `returns false, leaves the word as it is, warns "…"`. */
function didAlone(old: number, { results, warnings, final }: Observed): string {
  const result = results.flat()[0];
  const answer = result === undefined ? [] : [`returns ${formatResult(result)}`];
  const store = final === old ? 'leaves the word as it is' : `leaves ${inBoth(final!)}`;
  const warning = warnings.map((text) => `warns "${text}"`);
  return [...answer, store, ...warning].join(', ');
}

function formatResult(result: Result | string): string {
  return typeof result === 'number' ? formatValue(result) : String(result);
}

/** The value as people say it and, where that is not the same, as bits. */
function inBoth(value: number): string {
  const name = formatValue(value);
  return name.startsWith('0x') || (value >= 0 && value < 10) ? name : `${name} (${formatBits(value)})`;
}

/**
 * How the observer comes between an op's bad value and its correction.
 *
 * Three ways to be harmed, by what came between: a write that the correction covers, an op that saw the bad value, or
 * one that came later, after an intruder was written over. Where no window is found (no op ends with a store that
 * corrects it), the sentence says no more than what is certain.
 */
function windowSentences(harness: Harness, { divergence, accesses, subject }: Evidence): string[] {
  const { op, kind } = divergence;
  const window = windowsOf(accesses)[0];
  if (!window) return [`${op} sees the word between two accesses of another op.`];
  const { opener, closed } = window;
  const correction = accesses[closed]!;
  const opening = harness.alphabet.format(opener.call);
  const opened =
    opener.old === opener.value
      ? `${opening} sees ${formatValue(opener.old)}`
      : `${opening} takes the word from ${formatValue(opener.old)} to ${formatValue(opener.value)}`;
  const before = `${opened} and has not yet stored ${formatValue(correction.value)}`;
  if (kind === 'value') {
    return [
      `${before} when another thread writes: that store then covers what it wrote, and the word ends at ${formatValue(subject.final!)}, as after no order of indivisible ops.`,
    ];
  }
  const isObserver = (access: AccessSeen) =>
    slotOf(access) !== slotOf(opener) && harness.alphabet.call(access.call).op === op;
  const observer = accesses.findLast((access) => isObserver(access) && access.outcome);
  const result = observer?.outcome?.result;
  const answer = result === undefined ? 'ends' : `returns ${formatResult(result)}`;
  const fault =
    kind === 'result'
      ? 'as no order of indivisible ops would have it'
      : 'which no order of indivisible ops gives together with the warnings that were printed';
  if (accesses.findLastIndex((access) => isObserver(access) && access.first) < closed) {
    return [`${before} when ${op} comes between: it ${answer}, ${fault}.`];
  }
  const intruder = harness.alphabet.format(window.intruders[0]!.call);
  return [`${before} when ${intruder} comes between and is written over; ${op} then ${answer}, ${fault}.`];
}

/** The oracle that sees it says what went wrong; without one the sentence is left out. */
function raceSentences({ target }: Harness, { divergence, subject }: Evidence): string[] {
  const where = { subject: 'counter', isAlone: false } as const;
  const oracle = oracleBehind(divergence, where, target.oracles);
  const told = { op: divergence.op, final: formatValue(subject.final!) };
  return oracle?.kind === 'run' || oracle?.kind === 'outcomes' ? [oracle.tells(told)] : [];
}

/**
 * The subject's outcome beside the nearest that the reference has. Facts go first: what befalls the object matters more
 * than what the ops answered.
 */
function schemeSentences({ target }: Harness, evidence: Evidence): string[] {
  const { divergence, program, reference, subject } = evidence;
  const { op, kind, judgement } = divergence;
  const warned = subject.warnings.map((text) => `"${text}"`).join(', ');
  const start = String(program.start);
  const oracle = oracleBehind(divergence, { subject: 'scheme', isAlone: false }, target.oracles);
  if (oracle?.kind === 'facts')
    return [
      oracle.tells({ start, subject: target.subject.name, op, facts: subject.facts ?? [], judgement }),
      ...laterSentences(target.subject, evidence),
    ];
  const isSame = JSON.stringify(reference.results) === JSON.stringify(subject.results);
  if (kind === 'warning' && isSame) {
    return [`Starting from ${program.start}, ${op} ends as in the original, but warns: ${warned}.`];
  }
  const answer = ({ results }: Observed) => {
    const ofThread = (list: readonly (Result | string)[], at: number) =>
      list.length < program.threads[at]!.length ? [...list, 'a wait'] : list;
    return results.map((list, at) => ofThread(list, at).join(', ')).join(' ∥ ');
  };
  const nearest = `the original comes no nearer than ${answer(reference)}`;
  const said = warned ? [`It warns: ${warned}.`] : [];
  return [`Starting from ${program.start}, the results are ${answer(subject)}; ${nearest}.`, ...said];
}

/** Where the harm is done by what an op has left for later, and there is more of that than one callback: `It is done by the work reap.` */
function laterSentences(subject: Subject, { accesses, program }: Evidence): string[] {
  const harm = accesses.find(({ fact }) => fact !== 0);
  const isNamed = subject.kind === 'scheme' && subject.time?.later !== undefined;
  if (!harm || harm.call >= 0 || !isNamed) return [];
  return [
    `It is done by the ${laterThreadName(subject, harm.thread - program.threads.length)}, which that op has armed.`,
  ];
}
