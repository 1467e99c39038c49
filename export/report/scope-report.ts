import type { Example, ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { Scope } from '../../fuzz/check/scope.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { Target } from '../../targets/target/target.ts';
import { lackingOps } from '../reproduce/lacking-ops.ts';

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
  const rate = `${grouped(tally.states)} states in ${seconds.toFixed(1)} s on ${workers} ${workers === 1 ? 'thread' : 'threads'}`;
  return [
    verdict(target, counts),
    ...usesOf(tally),
    `covered: ${grouped(tally.programs - tally.undecided)} programs, each under every schedule: ${upTo(threads, 'thread')} of ${upTo(ops, 'op')}`,
    `  over ${overWhat(target)}; ${grouped(scope.largest)} of exactly ${threads} × ${ops}; ${rate}`,
    ...notCovered(counts),
    ...lackingOps(target),
    'limits: sequentially consistent; programs up to this size, over these ops and values only',
  ];
}

/** `1 to 3 threads`, `1 op` */
function upTo(most: number, thing: string): string {
  return most === 1 ? `1 ${thing}` : `1 to ${most} ${thing}s`;
}

/**
 * The first that holds: something differs; else not all was decided; else the subject has fewer outcomes; else both
 * have the same. "Differs" needs no complete check, one program being enough.
 */
function verdict(target: Target, { scope, tally, isComplete }: ScopeCounts): string {
  const { threads, ops } = scope.size;
  const within = `within ${threads} ${threads === 1 ? 'thread' : 'threads'} × ${ops} ${ops === 1 ? 'op' : 'ops'}`;
  const name = `${target.subject.name} against ${target.reference === 'ideal' ? 'the ideal counter' : target.reference.name}`;
  const signatures = Object.keys(tally.signatures).length;
  if (signatures > 0 || tally.differing > 0) {
    return `differs: ${name}: ${grouped(tally.differing)} of ${grouped(tally.programs)} programs, ${signatures} ${signatures === 1 ? 'signature' : 'signatures'}`;
  }
  if (!isComplete || tally.undecided > 0)
    return `unknown: ${name}: nothing differs so far, and not all was decided`;
  if (tally.losing > 0)
    return `nothing new ${within}: ${name} shows nothing that the reference does not, and lacks some of it`;
  return `equivalent ${within}: ${name}, in both directions`;
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
  const starts = `${initial.length} ${subject.kind === 'scheme' ? 'states' : 'starts'}`;
  const given = values.length > 0 ? ` with ${values.length} arguments` : '';
  return `${ops.length} ops${given}, from ${starts}`;
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
    ...(tally.losing > 0
      ? [
          `lost: in ${grouped(tally.losing)} ${tally.losing === 1 ? 'program' : 'programs'} the reference has an outcome that the subject lacks, e.g.`,
          ...tally.losingExamples.map(exampleLine),
        ]
      : []),
  ];
}

function exampleLine({ program: { start, threads } }: Example): string {
  const from = typeof start === 'number' ? formatValue(start) : start;
  return `  ${from}: ${threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

/** Thousands apart: 3 697 928. Blanks mean the same everywhere; commas and points do not. */
export function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
