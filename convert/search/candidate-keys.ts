import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Candidate, Menu } from '../menu/candidate.ts';
import { type ConversionData, shiftIn } from '../module/switched-scheme.ts';

/** What candidates are told apart by in a program: how they have the sites of its ops, and by how much its start is moved. */
export class CandidateKeys {
  readonly #menu: Menu;
  readonly #ofOp: ConversionData['ofOp'];
  readonly #ofLater: readonly number[];
  readonly #known = new WeakMap<Candidate, Map<string, string>>();

  constructor({ menu, ofOp, ofLater }: ConversionData) {
    this.#menu = menu;
    this.#ofOp = ofOp;
    this.#ofLater = ofLater;
  }

  /**
   * An op as a candidate has it. Two candidates share all that was learnt of it if they agree on the sites that it can come to.
   *
   *     put comes to site 2 alone:      bias 1, forms 0 1 3 4      1:3
   *                                     bias 1, forms 1 0 3 0      1:3
   */
  ofOp(candidate: Candidate, op: string): string {
    return this.#keyOf(candidate, op, this.#ofOp.get(op) ?? []);
  }

  /** Of what runs later. No op has this name. */
  later(candidate: Candidate): string {
    return this.#keyOf(candidate, ' later', this.#ofLater);
  }

  /*
   * Why the start is a part of it: a bias in some states only gives the same ops another count to begin with, and they may come to
   * the same all the same.
   */
  /** Candidates by what they are in a program, in the order of the list. */
  grouped(
    { start, threads }: Program,
    { alphabet, target }: Harness,
    candidates: readonly Candidate[],
    alive: readonly number[],
  ): number[][] {
    const ops = [...new Set(threads.flat().map((call) => alphabet.call(call).op))];
    const state = (target.reference as Scheme).states[start as string]!;
    const groups = new Map<string, number[]>();
    for (const at of alive) {
      const candidate = candidates[at]!;
      // What the count is held against moves with the shift, so every op has a part in it.
      const whole =
        target.reference !== 'ideal' && (target.reference as Scheme).conserves ? candidate.shift : '';
      let key = `${shiftIn(state, this.#menu.shifts[candidate.shift]!)}|${whole}|${this.later(candidate)}`;
      for (const op of ops) key += `|${this.ofOp(candidate, op)}`;
      const group = groups.get(key);
      if (group) group.push(at);
      else groups.set(key, [at]);
    }
    return [...groups.values()];
  }

  #keyOf(candidate: Candidate, what: string, sites: readonly number[]): string {
    let known = this.#known.get(candidate);
    if (!known) {
      known = new Map();
      this.#known.set(candidate, known);
    }
    let key = known.get(what);
    if (key === undefined) {
      const { bias } = this.#menu.shifts[candidate.shift]!;
      // The bias has a part in what is compared, so in ops that come to a site.
      key = sites.length === 0 ? '' : `${bias}:${sites.map((site) => candidate.forms[site]).join(',')}`;
      known.set(what, key);
    }
    return key;
  }
}
