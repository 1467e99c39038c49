import type { Divergence, Judgement } from '../../oracles/divergence.ts';
import type { RunOracle } from '../../oracles/oracle.ts';
import { judgementInSoundUse } from '../../oracles/sound-use.ts';
import type { Harness } from '../run/harness.ts';
import type { WatchedMachine } from './watched-machine.ts';

/**
 * What the codes of a watched machine stand for. A target has a handful of codes, met in every program, so each
 * divergence is made once: two codes that stand for the same give the same object.
 */
export class JudgedCodes {
  readonly #watched: WatchedMachine;
  readonly #harness: Pick<Harness, 'documented'>;
  /** By code, where that does not depend on the program; null where it does. */
  readonly #fixed = new Map<number, Divergence | null>();
  /** By judgement and code. */
  readonly #made = new Map<Judgement, Map<number, Divergence>>();
  readonly #all: Divergence[] = [];

  constructor(watched: WatchedMachine, harness: Pick<Harness, 'documented'>) {
    this.#watched = watched;
    this.#harness = harness;
  }

  /** @returns undefined where it depends on what the documented algorithm can do with the program */
  of(code: number): Divergence | undefined {
    const known = this.#fixed.get(code);
    if (known !== undefined) return known ?? undefined;
    const judgement = judgementOfCode(this.#watched, code, this.#harness);
    const divergence = judgement && this.as(code, judgement);
    this.#fixed.set(code, divergence ?? null);
    return divergence;
  }

  /** What it stands for if it amounts to that. */
  as(code: number, judgement: Judgement): Divergence {
    const made = this.#made.get(judgement) ?? new Map<number, Divergence>();
    this.#made.set(judgement, made);
    const divergence = made.get(code) ?? this.#one(code, judgement);
    made.set(code, divergence);
    return divergence;
  }

  /** Codes differ in more than a divergence says: in whether the op objected, and whether all use was sound. */
  #one(code: number, judgement: Judgement): Divergence {
    const { op, boundary, kind } = this.#watched.unjudgedOf(code);
    const known = this.#all.find(
      (one) => one.op === op && one.boundary === boundary && one.kind === kind && one.judgement === judgement,
    );
    if (known) return known;
    const divergence = { op, boundary, kind, judgement };
    this.#all.push(divergence);
    return divergence;
  }
}

/**
 * What a code of a watched machine amounts to: how the counter was used comes first, then the oracle that reported it.
 *
 * @returns undefined where that depends on what the algorithm documented by another counter can do with the program
 */
export function judgementOfCode(
  watched: WatchedMachine,
  code: number,
  harness: Pick<Harness, 'documented'>,
): Judgement | undefined {
  const { op, kind } = watched.unjudgedOf(code);
  const objects = watched.hasObjected(code);
  const judgement = judgementOf(watched.oracleOf(code), harness);
  if (watched.isSoundUse(code)) return judgementInSoundUse(op, kind, objects) ?? judgement;
  // An alarm under misuse breaks nothing.
  return kind === 'warning' && objects && judgement === 'breaks' ? 'changes' : judgement;
}

/**
 * What the reports of an oracle amount to where nobody asks how the counter was used.
 *
 *     oracle says      documented    judgement
 *     breaks, misses   any           as it says
 *     documented       absent        breaks: no op may look divisible
 *     documented       self          transient: its own accesses are the algorithm
 *     documented       another       undefined: ask whether that one has the outcome
 *
 * @returns undefined where that depends on what the algorithm documented by another counter can do with the program
 */
export function judgementOf(
  { judgement }: RunOracle,
  { documented }: Pick<Harness, 'documented'>,
): Judgement | undefined {
  if (judgement !== 'documented') return judgement;
  if (documented === undefined) return 'breaks';
  return documented === 'self' ? 'transient' : undefined;
}
