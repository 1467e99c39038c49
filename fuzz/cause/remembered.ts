/** What is found out by running ops: each answer once. */
export class Remembered<Answer> {
  readonly #answers = new Map<string, Answer>();

  /** @param find asked where the key is new */
  of(key: string, find: () => Answer): Answer {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.#answers.set(key, found);
    return found;
  }
}
