import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { opCount, type Program } from '../../fuzz/program/program.ts';
import { inAlphabetOf } from '../../fuzz/run/alphabets.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { defaultOracles } from '../../oracles/oracles.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import type { Candidate } from '../menu/candidate.ts';
import type { SwitchedModule } from '../module/switched-scheme.ts';
import type { OfObject } from './state.ts';

/** What a candidate does otherwise in one program. */
export interface Difference {
  /** By signature, the gravest first. */
  readonly divergences: readonly Divergence[];
  /** Whether it lacks an outcome of the original. */
  readonly isLosing: boolean;
  /** Whether it has one that the original lacks, and that no divergence names. */
  readonly isStrange: boolean;
  /** Where it frees otherwise, and all else is the same. */
  readonly ofObject?: OfObject;
}

/** Ops of a program in which partial-order reduction saves more than it costs. */
const WORTH_LEARNING = 4;

/** What forbids a conversion. What `changes` is for its callers to judge; what `protects` is why one converts. */
const FORBIDS: readonly Divergence['judgement'][] = ['breaks', 'misses', 'false-alarm'];

/** Whether a difference forbids a conversion. */
export function forbids({ divergences }: Difference): boolean {
  return divergences.some(({ judgement }) => FORBIDS.includes(judgement));
}

/** A target of an original and one candidate. @param only the ops and states of it that are looked at; all if left out */
export function targetOf(
  reference: Scheme,
  module: SwitchedModule,
  candidate: Candidate,
  only?: { readonly ops: readonly string[]; readonly states: readonly string[] },
): Target {
  const { compiled: _, ...rest } = reference;
  const ops = only?.ops ?? Object.keys(reference.ops);
  const states = only?.states ?? Object.keys(reference.states);
  const pick = <T>(names: readonly string[], from: Readonly<Record<string, T>>) =>
    Object.fromEntries(names.map((name) => [name, from[name]!]));
  const subject = { ...module.scheme(candidate, { ops, states }), name: 'candidate' };
  return {
    name: 'conversion',
    about: 'a conversion',
    reference: {
      ...rest,
      ops: pick(ops, reference.ops),
      states: pick(states, reference.states),
      name: 'before',
    },
    subject,
    threads: 4,
    ops,
    initial: states,
    arguments: [],
    oracles: defaultOracles('scheme'),
    ...(reference.orders === 'reads' && { memory: 'kernel' }),
  };
}

/**
 * Names what a candidate does otherwise in a program, by the judge of `check`.
 *
 * @returns undefined where that cannot be decided
 */
export function differenceIn(
  base: Harness,
  module: SwitchedModule,
  candidate: Candidate,
  program: Program,
  limit: number,
): Difference | undefined {
  const names = [...new Set(program.threads.flat().map((call) => base.alphabet.call(call).op))];
  const only = { ops: names, states: [program.start as string] };
  const harness = harnessOf(targetOf(base.target.reference as Scheme, module, candidate, only));
  // To learn which accesses commute takes longer than small programs do, and the harness is for one program.
  const options = { symmetry: true, eager: opCount(program) >= WORTH_LEARNING };
  const comparison = schemeComparison(harness, limit, options);
  const answer = comparison.compare(inAlphabetOf(harness, program, base));
  if (!answer) return undefined;
  const divergences = [...answer.divergences.values()].map(({ divergence }) => divergence);
  const rank = ({ judgement }: Divergence) => [...FORBIDS, 'changes', 'protects'].indexOf(judgement);
  return {
    divergences: divergences.sort((one, other) => rank(one) - rank(other)),
    isLosing: answer.lost > 0,
    isStrange: answer.hasNew && divergences.length === 0,
  };
}
