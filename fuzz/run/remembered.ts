/** What is found out by running ops: each answer once, as long as there are not too many of them. */
export class Remembered<Answer> {
  readonly #answers = new Map<string, Answer>();
  readonly #most: number;
  readonly #sizeOf: (answer: Answer) => number;
  #size = 0;

  /**
   * @param most beyond this all is forgotten: mostly those are asked that were asked just before
   * @param sizeOf what an answer counts for
   */
  constructor(most = Number.POSITIVE_INFINITY, sizeOf: (answer: Answer) => number = () => 1) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  /** @param find asked where the key is new */
  of(key: string, find: () => Answer): Answer {
    // That there is none may be an answer too, and looking twice costs only where it is.
    const known = this.#answers.get(key);
    if (known !== undefined || this.#answers.has(key)) return known as Answer;
    const found = find();
    this.#size += this.#sizeOf(found);
    // All at once: an order of use would have to be kept at every question, for answers that are found
    // again in the time that keeping it takes.
    if (this.#size > this.#most) {
      this.#answers.clear();
      this.#size = this.#sizeOf(found);
    }
    this.#answers.set(key, found);
    return found;
  }
}
