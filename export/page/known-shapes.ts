/** A program that goes wrong somewhere, and what it is known for. */
export interface KnownShape {
  /** As `check --program` reads it. */
  readonly program: string;
  readonly about: string;
}

/**
 * The shapes in which reference counts go wrong in kernels, and their sound neighbours. Each is as small as it can be; all
 * ops are ones that every generation has.
 */
export const KNOWN_SHAPES: readonly KnownShape[] = [
  { program: '2: inc, dec_and_test | dec_and_test', about: 'sound: get and put, while somebody else puts' },
  { program: '1: inc_not_zero | dec_and_test', about: 'sound: a lookup races with the last put' },
  { program: 'INT_MAX: inc', about: 'overflow: one get too many' },
  { program: 'INT_MAX-1: inc | inc', about: 'overflow by two threads' },
  { program: 'INT_MAX: add(2)', about: 'overflow by an addition' },
  { program: 'INT_MAX: inc, dec', about: 'overflow, and put back' },
  { program: '-1: inc', about: 'overflow all the way round, back to 0' },
  { program: '-1: inc, inc, dec_and_test', about: 'round to 1, and freed while referenced' },
  { program: '0: inc', about: 'get from 0: the object is gone' },
  { program: '1: dec_and_test | inc', about: 'a get without a lock races with the last put' },
  { program: '0: dec', about: 'underflow: one put too many' },
  { program: '0: dec_and_test', about: 'underflow by a put that frees' },
  { program: '1: dec_and_test | dec_and_test', about: 'double put: both want to free' },
  { program: '1: dec', about: 'the last put, by one that cannot free' },
  { program: '1: sub_and_test(2)', about: 'more is put than was got' },
  { program: 'INT_MIN: dec', about: 'underflow all the way round, to INT_MAX' },
];
