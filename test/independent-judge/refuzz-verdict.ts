import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import type { SchemeComparison } from '../../fuzz/judge/scheme-answer.ts';
import type { Program as CheckedProgram } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Program, Protocol } from './language.ts';
import { JUDGEMENTS } from './rules.ts';
import { schemeOf } from './to-scheme.ts';
import type { Verdict } from './verdict.ts';

/** What refuzz says of a pair of protocols, program by program. */
export class RefuzzJudge {
  readonly #harness: Harness;
  readonly #comparison: SchemeComparison;

  /** @param limit most states of a side */
  constructor(before: Protocol, after: Protocol, limit: number) {
    this.#harness = harnessOf({
      name: 'pair',
      about: 'a pair of protocols',
      reference: schemeOf('before', before),
      subject: schemeOf('after', after),
      threads: 4,
      ops: Object.keys(before.ops),
      initial: Object.keys(before.states),
      arguments: [],
      oracles: ['outcomes', 'lifetime'],
    });
    this.#comparison = schemeComparison(this.#harness, limit);
  }

  /** @returns why there is no verdict, if there is none */
  verdict({ start, threads }: Program): Verdict | string {
    const program: CheckedProgram = {
      start,
      threads: threads.map((ops) => ops.map((op) => this.#harness.alphabet.parse(op))),
    };
    const answer = this.#comparison.compare(program);
    if (!answer) return 'too many states';
    const { divergences, lost, hasNew } = answer;
    const signatures = [...divergences.keys()].sort();
    return {
      divergences: signatures,
      gravest: JUDGEMENTS.find((one) => signatures.some((text) => text.endsWith(`-${one}`))) ?? 'none',
      hasLost: lost > 0,
      hasNew,
    };
  }
}
