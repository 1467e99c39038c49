import { InputError } from '../../targets/subject/input-error.ts';
import type { Warning } from '../../targets/subject/word.ts';
import { grown } from './grown.ts';
import type { OpOutcome } from './recorder.ts';

/** Kinds of warning that one subject may have: the machine of a scheme keeps those so far as bits of one word. */
const MOST_WARNINGS = 32;

/**
 * What the ops of one subject have returned and warned, each outcome once and with a number. Machines, monitors and graphs
 * carry these numbers: to compare two outcomes is to compare two integers.
 */
export class OpOutcomes {
  /**
   * By outcome: the number of its result alone. Outcomes that differ only in their warnings have the same. Replaced when
   * it grows, so read it anew after an op has run.
   */
  resultId = new Int32Array(64);
  /** The name of the subject, for messages. */
  readonly #subject: string;
  #outcomes: OpOutcome[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #results = new Map<string, number>();
  /** Kinds of warning met so far, by bit. Never forgotten: a scheme's states hold these bits. */
  readonly #warnings: Warning[] = [];

  constructor(subject: string) {
    this.#subject = subject;
  }

  /** Forgets all outcomes. Their numbers mean nothing any more; the bits of warnings still do. */
  clear(): void {
    this.#outcomes = [];
    this.#numbers.clear();
    this.#results.clear();
  }

  /** @returns the number of an outcome, from 0 on: equal outcomes get the same */
  add(outcome: OpOutcome): number {
    const result = String(outcome.result);
    const text = `${result} ${outcome.warnings.map(({ kind, text }) => `${kind}: ${text}`).join('|')}`;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const id = this.#outcomes.push(outcome) - 1;
    this.#numbers.set(text, id);
    const resultId = this.#results.get(result) ?? this.#results.size;
    this.#results.set(result, resultId);
    this.resultId = grown(this.resultId, id);
    this.resultId[id] = resultId;
    return id;
  }

  /** @param id a number that `add` gave since the last `clear` */
  of(id: number): OpOutcome {
    return this.#outcomes[id]!;
  }

  /**
   * The warnings of an outcome as a set of bits, one for each text that the subject has ever warned with.
   *
   * @throws InputError when a subject has more kinds of warning than a word has bits
   */
  warningBits(id: number): number {
    let bits = 0;
    for (const { text } of this.#outcomes[id]!.warnings) {
      let index = this.#warnings.findIndex((known) => known.text === text);
      if (index < 0) index = this.#warnings.push({ kind: text, text }) - 1;
      if (index >= MOST_WARNINGS)
        throw new InputError(this.#subject, 'warns in more than 32 ways; a scheme may have 32');
      bits |= 1 << index;
    }
    return bits;
  }

  /** The texts that a set of `warningBits` stands for, in the order in which they were first met. */
  warningTexts(bits: number): string[] {
    const texts: string[] = [];
    for (let left = bits; left !== 0; left &= left - 1) {
      texts.push(this.#warnings[31 - Math.clz32(left & -left)]!.text);
    }
    return texts;
  }
}
