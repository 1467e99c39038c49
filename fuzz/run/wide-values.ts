/**
 * 64-bit values as numbers that trees can hold: operands and results there have 32 bits. Near 0 a value is its own number;
 * what lies farther away gets the next number from FAR on, in the order in which it is met. So numbers mean something to
 * the trees that gave them, and nowhere else.
 *
 *     5n → 5      -1n → -1      2n ** 40n → FAR      -(2n ** 63n) → FAR + 1
 */
export class WideValues {
  readonly #values: bigint[] = [];
  readonly #numbers = new Map<bigint, number>();

  /** @param value any integer: what does not fit into 64 bits wraps around */
  numberOf(value: bigint): number {
    const folded = BigInt.asIntN(64, value);
    if (folded < FAR_VALUE && folded >= -FAR_VALUE) return Number(folded);
    const known = this.#numbers.get(folded);
    if (known !== undefined) return known;
    const number = FAR + this.#values.push(folded) - 1;
    this.#numbers.set(folded, number);
    return number;
  }

  /** @returns a signed number of 64 bits */
  valueOf(number: number): bigint {
    return number < FAR ? BigInt(number) : this.#values[number - FAR]!;
  }

  /** Forgets all numbers. */
  clear(): void {
    this.#values.length = 0;
    this.#numbers.clear();
  }
}

const FAR = 2 ** 30;
const FAR_VALUE = BigInt(FAR);
