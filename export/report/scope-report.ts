import type { Example, ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { Scope } from '../../fuzz/check/scope.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { sideNames } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';
import { memoryLimits } from '../show/memory-limits.ts';
import { grouped } from './grouped.ts';
import { leftOutLines } from './left-out.ts';

/** A check of a scope as it ended. */
export interface ScopeCounts {
  readonly scope: Scope;
  readonly tally: ScopeTally;
  readonly seconds: number;
  /** Whether every program was looked at; false when the check was stopped. */
  readonly isComplete: boolean;
  /** The most states of a program; one with more is undecided. */
  readonly limit: number;
  readonly workers: number;
}

/**
 * What a check of a scope says, and what it does not.
 *
 * @returns lines without a line break at the end
 */
export function scopeSummary(target: Target, counts: ScopeCounts): string[] {
  const { scope, tally, seconds, workers } = counts;
  const { threads, ops } = scope.size;
  const names = sideNames(target);
  const rate = `${grouped(tally.states)} states in ${seconds.toFixed(1)} s on ${workers} ${workers === 1 ? 'thread' : 'threads'}`;
  return [
    `compared: ${names.subject} against ${names.reference}`,
    ...differing(tally),
    ...usesOf(tally),
    `covered: ${grouped(tally.programs - tally.undecided)} programs, each under every schedule: ${upTo(threads, 'thread')} of ${upTo(ops, 'op')}`,
    `  over ${overWhat(target)}; ${grouped(scope.largest)} of exactly ${threads} × ${ops}; ${rate}`,
    ...notCovered(counts),
    `limits: ${memoryLimits(target)}; programs up to this size, over these ops and values only`,
    ...leftOutLines(target),
  ];
}

/** `1 to 3 threads`, `1 op` */
function upTo(most: number, thing: string): string {
  return most === 1 ? `1 ${thing}` : `1 to ${most} ${thing}s`;
}

/** What differs in all, for a reader of the table: the first line is about one finding. */
function differing(tally: ScopeTally): string[] {
  const signatures = Object.keys(tally.signatures).length;
  if (tally.differing === 0) return [];
  const named =
    signatures === 0 ? 'no signature' : signatures === 1 ? '1 signature' : `${signatures} signatures`;
  return [`differs: ${grouped(tally.differing)} of ${grouped(tally.programs)} programs, ${named}`];
}

/** Of counters whose references have holders: what misuse alone shows is counted apart. */
function usesOf({ signatures }: ScopeTally): string[] {
  const uses = Object.values(signatures).flatMap(({ use }) => use ?? []);
  const sound = uses.filter((use) => use === 'sound').length;
  return uses.length > 0
    ? [`  ${sound} of them in sound use, ${uses.length - sound} under misuse alone`]
    : [];
}

/** `11 ops with 6 arguments, from 8 starts`: what every program was made of. */
function overWhat({ ops, initial, arguments: values, subject }: Target): string {
  const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;
  const starts = count(initial.length, subject.kind === 'scheme' ? 'state' : 'start');
  const given = values.length > 0 ? ` with ${count(values.length, 'argument')}` : '';
  return `${count(ops.length, 'op')}${given}, from ${starts}`;
}

/** What a reader must not take for checked, and what the subject lacks; with examples where there are any. */
function notCovered({ scope, tally, limit }: ScopeCounts): string[] {
  const open = scope.programs - tally.programs;
  return [
    ...(open > 0 ? [`not covered: ${grouped(open)} programs that the check did not reach`] : []),
    ...(tally.undecided > 0
      ? [
          `not covered: ${grouped(tally.undecided)} programs of more than ${grouped(limit)} states (raise --limit), or with an op that does not return, e.g.`,
          ...tally.undecidedExamples.map(exampleLine),
        ]
      : []),
    ...(tally.strange > 0
      ? [
          `new: in ${programs(tally.strange)} the subject has an outcome that the reference lacks, and no op is to blame, e.g.`,
          ...tally.strangeExamples.map(exampleLine),
        ]
      : []),
    ...(tally.losing > 0
      ? [
          `lost: in ${programs(tally.losing)} the reference has an outcome that the subject lacks, e.g.`,
          ...tally.losingExamples.map(exampleLine),
        ]
      : []),
  ];
}

function programs(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'program' : 'programs'}`;
}

function exampleLine({ program: { start, threads } }: Example): string {
  const from = typeof start === 'number' ? formatValue(start) : start;
  return `  ${from}: ${threads.map((ops) => ops.join(', ')).join(' | ')}`;
}
