import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check';
import type { Choices } from '../program/choices.ts';

/** How values are made and made smaller. */
export interface Recipe<T, C> {
  generate(choices: Choices): T;
  /** Whether a value could be one of these: fast-check then shrinks an example that a user wrote. */
  is(value: unknown): value is T;
  /**
   * Smaller values, the best first. It must end: whatever "smaller" is, no value may come back to itself.
   *
   * @param context what went with the value when this recipe offered it; undefined for one that was generated
   */
  smaller(value: T, context: C | undefined): Iterable<readonly [value: T, context: C]>;
}

/** An arbitrary of fast-check from a recipe. The same choices serve campaigns and fast-check. */
export function shrinkingArbitrary<T, C>(recipe: Recipe<T, C>): Arbitrary<T> {
  return new ShrinkingArbitrary(recipe);
}

class ShrinkingArbitrary<T, C> extends Arbitrary<T> {
  readonly #recipe: Recipe<T, C>;

  constructor(recipe: Recipe<T, C>) {
    super();
    this.#recipe = recipe;
  }

  generate(random: Random): Value<T> {
    const choices = { below: (bound: number) => random.nextInt(0, bound - 1) };
    return new Value(this.#recipe.generate(choices), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is T {
    return this.#recipe.is(value);
  }

  // fast-check hands back what `smaller` gave, or undefined.
  shrink(value: T, context: unknown): Stream<Value<T>> {
    return stream(this.#smaller(value, context as C | undefined));
  }

  *#smaller(value: T, context: C | undefined): IterableIterator<Value<T>> {
    for (const [smaller, next] of this.#recipe.smaller(value, context)) yield new Value(smaller, next);
  }
}
