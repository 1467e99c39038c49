/** The results of a complete run, by thread, packed as in op-results.ts, and whether every run with them has a fact. */
export interface CompleteResults {
  readonly results: readonly number[];
  readonly isFaulty: boolean;
}

/**
 * Which complete runs of one side results so far can still lead to: those that agree on every op that is over. Only
 * complete runs are asked, so it does not matter in which order the ops of that side returned, nor what an op under way
 * has done already.
 *
 *     complete runs   granted │ refused, and refused │ granted
 *     so far          granted │ -        agrees with the first
 *     so far          granted │ granted  agrees with none: whoever returned last is to be named
 */
export class ResultsSoFar {
  readonly #complete: readonly CompleteResults[];
  readonly #known = new Map<string | number, readonly CompleteResults[]>();

  /**
   * @param complete of threads that call the same, in one order only
   * @param orders the orders of threads in which only those that call the same are exchanged
   */
  constructor(complete: readonly CompleteResults[], orders: readonly (readonly number[])[]) {
    const all = new Map<string, CompleteResults>();
    for (const { results, isFaulty } of complete) {
      for (const order of orders) {
        const one = { results: order.map((thread) => results[thread]!), isFaulty };
        const text = one.results.join();
        const same = all.get(text);
        all.set(text, same && !same.isFaulty ? same : one);
      }
    }
    this.#complete = [...all.values()];
  }

  /** @param results by thread, packed; ops that are not over have none */
  agreeing(results: readonly number[]): readonly CompleteResults[] {
    const key = resultsKey(results);
    const known = this.#known.get(key);
    if (known) return known;
    const masks = results.map(maskOf);
    const agree = this.#complete.filter((one) =>
      masks.every((mask, thread) => ((one.results[thread]! ^ results[thread]!) & mask) === 0),
    );
    this.#known.set(key, agree);
    return agree;
  }
}

/** Stands for results by thread: of up to six ops a thread one number, which is found sooner than a text. */
export function resultsKey(results: readonly number[]): string | number {
  let key = 0;
  for (const packed of results) {
    if (packed > 0xfff) return results.join();
    key = key * 0x1000 + packed;
  }
  return key;
}

/** Both bits of every op that has a result. */
function maskOf(results: number): number {
  const over = (results | (results >> 1)) & 0x55555555;
  return over | (over << 1);
}

/** The results without those of a thread from one op on. */
export function withoutFrom(results: readonly number[], thread: number, op: number): number[] {
  return results.map((packed, other) => (other === thread ? packed & ((1 << (2 * op)) - 1) : packed));
}
