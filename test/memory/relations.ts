/*
 * Relations over at most 31 events, as herd7's cat language has them: row i has a bit for each j with (i, j) in it.
 */

export type Relation = Int32Array;

export class Algebra {
  readonly n: number;

  constructor(n: number) {
    if (n > 31) throw new Error(`internal: ${n} events`);
    this.n = n;
  }

  empty(): Relation {
    return new Int32Array(this.n);
  }

  of(holds: (i: number, j: number) => boolean): Relation {
    const result = this.empty();
    for (let i = 0; i < this.n; i++) for (let j = 0; j < this.n; j++) if (holds(i, j)) result[i]! |= 1 << j;
    return result;
  }

  /** `[S]` */
  id(isIn: (i: number) => boolean = () => true): Relation {
    return this.of((i, j) => i === j && isIn(i));
  }

  or(...all: Relation[]): Relation {
    const result = this.empty();
    for (const one of all) for (let i = 0; i < this.n; i++) result[i]! |= one[i]!;
    return result;
  }

  and(one: Relation, other: Relation): Relation {
    return one.map((row, i) => row & other[i]!);
  }

  minus(one: Relation, other: Relation): Relation {
    return one.map((row, i) => row & ~other[i]!);
  }

  /** `a ; b ; …` */
  seq(first: Relation, ...rest: Relation[]): Relation {
    return rest.reduce((left, right) => {
      const result = this.empty();
      for (let i = 0; i < this.n; i++)
        for (let row = left[i]!, j = 0; row !== 0; row >>>= 1, j++) if (row & 1) result[i]! |= right[j]!;
      return result;
    }, first);
  }

  maybe(one: Relation): Relation {
    return this.or(one, this.id());
  }

  plus(one: Relation): Relation {
    const result = Int32Array.from(one);
    for (let k = 0; k < this.n; k++)
      for (let i = 0; i < this.n; i++) if (result[i]! & (1 << k)) result[i]! |= result[k]!;
    return result;
  }

  star(one: Relation): Relation {
    return this.maybe(this.plus(one));
  }

  inverse(one: Relation): Relation {
    return this.of((i, j) => (one[j]! & (1 << i)) !== 0);
  }

  isEmpty(one: Relation): boolean {
    return one.every((row) => row === 0);
  }

  isIrreflexive(one: Relation): boolean {
    return one.every((row, i) => (row & (1 << i)) === 0);
  }

  isAcyclic(one: Relation): boolean {
    return this.isIrreflexive(this.plus(one));
  }

  equal(one: Relation, other: Relation): boolean {
    return one.every((row, i) => row === other[i]);
  }
}
