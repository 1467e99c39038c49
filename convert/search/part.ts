import { Scope, type ScopeSize } from '../../fuzz/check/scope.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Candidate } from '../menu/candidate.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { ConversionDecider } from './decide.ts';
import { type Difference, forbids } from './judge.ts';

/** A part of a scope, for all candidates that are left. Plain data. */
export interface Part {
  readonly size: ScopeSize;
  /** Programs that lie within this smaller scope have been decided. */
  readonly decided: ScopeSize | undefined;
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly Candidate[];
  /** Whether candidates that change something are asked on. */
  readonly follows: boolean;
}

/** Something that a program says of some candidates, which agree on all sites that it comes to. */
export interface Finding {
  /** Its number in the scope. */
  readonly program: number;
  readonly kind: 'forbidden' | 'changes' | 'loses' | 'undecided';
  /** Places in the list of candidates. */
  readonly members: readonly number[];
  /** Undefined where the program could not be decided. */
  readonly difference: Difference | undefined;
}

/** Which of two findings is told of a candidate. */
export const WEIGHT: Readonly<Record<Finding['kind'], number>> = {
  loses: 0,
  undecided: 1,
  changes: 2,
  forbidden: 3,
};

/** What a part came to. */
export interface PartDone {
  readonly findings: readonly Finding[];
  readonly programs: number;
  readonly states: number;
  readonly counts: ConversionDecider['counts'];
}

/** Decides parts of one scope after another. One for each thread. */
export class PartDecider {
  readonly #data: ConversionData;
  readonly #limit: number;
  #decider: ConversionDecider | undefined;
  #scope: Scope | undefined;

  /** @param limit the most states of a program on one side */
  constructor(data: ConversionData, limit: number) {
    this.#data = data;
    this.#limit = limit;
  }

  /** Of a candidate that is forbidden, or changes something, no more programs of the part are asked. */
  decide({ size, decided, from, to, candidates, follows }: Part): PartDone {
    const decider = this.#deciderFor(size);
    const before = { ...decider.counts, states: decider.states };
    const findings: Finding[] = [];
    let alive = [...candidates.keys()];
    let programs = 0;
    for (let number = from; number < to && alive.length > 0; number++) {
      const program = this.#scope!.program(number);
      if (decided && isWithin(program, decided)) continue;
      programs++;
      const gone = new Set<number>();
      for (const { members, verdict } of decider.decide(program, candidates, alive)) {
        if (verdict.kind === 'same') continue;
        const difference = verdict.kind === 'differs' ? verdict.difference : undefined;
        const kind = kindOf(difference);
        findings.push({ program: number, kind, members, difference });
        // What only loses outcomes may still do worse, and is told apart from what is equivalent by one program.
        if (kind !== 'loses' && !(follows && kind === 'changes'))
          for (const member of members) gone.add(member);
      }
      if (gone.size > 0) alive = alive.filter((at) => !gone.has(at));
    }
    const { counts } = decider;
    return {
      findings,
      programs,
      states: decider.states - before.states,
      counts: {
        original: counts.original - before.original,
        candidates: counts.candidates - before.candidates,
        alike: counts.alike - before.alike,
      },
    };
  }

  /**
   * A new one for each scope: ops that candidates of an earlier one have taken to strange counts would not be alike any more,
   * though those that are left never come there.
   */
  #deciderFor(size: ScopeSize): ConversionDecider {
    const { threads, ops } = this.#scope?.size ?? { threads: 0, ops: 0 };
    if (this.#decider && threads === size.threads && ops === size.ops) return this.#decider;
    this.#decider = new ConversionDecider(this.#data, this.#limit);
    this.#scope = new Scope(this.#decider.base, size);
    return this.#decider;
  }
}

/**
 * The gravest that is known of a difference.
 *
 *     nothing, as there were too many states       undecided
 *     a use after free, a refusal that is new      forbidden
 *     another result, for callers to judge         changes
 *     an object that is left and not freed         changes
 *     an outcome less, and nothing else            loses
 */
function kindOf(difference: Difference | undefined): Finding['kind'] {
  if (!difference) return 'undecided';
  if (forbids(difference)) return 'forbidden';
  const { divergences, isStrange, ofObject } = difference;
  return divergences.length > 0 || isStrange || ofObject ? 'changes' : 'loses';
}

/** A thread that does nothing is not there, so small programs are listed in every larger scope again. */
function isWithin({ threads }: Program, size: ScopeSize): boolean {
  return threads.length <= size.threads && threads.every(({ length }) => length <= size.ops);
}
