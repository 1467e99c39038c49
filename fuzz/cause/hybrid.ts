import type { Counter, CounterOp } from '../../targets/subject/subject.ts';

/**
 * A counter whose ops run as another counter's where that is asked for. Both have one word, so any op can run either way
 * beside any other. What the counter says of itself (how it reads its word, what it takes for saturated) stays.
 *
 *     refcount/v5.5, inc as in atomic     inc | read from 0: the window that inc opens is gone
 *                    read as in atomic    the same run as before: it is not the reader's doing
 *
 * @param ops those that run as in `base`, which must have them
 */
export function hybridCounter(counter: Counter, base: Counter, ops: ReadonlySet<string>): Counter {
  // Whose op was run last: only that one can say where it stands.
  let running = counter;
  const from = (side: Counter, { arity, run }: CounterOp): CounterOp => ({
    arity,
    run(count, a, b) {
      running = side;
      return run(count, a, b);
    },
  });
  const mixed = Object.entries(counter.ops).map(([op, own]) => [
    op,
    ops.has(op) ? from(base, base.ops[op]!) : from(counter, own),
  ]);
  const { compiled: _, direct: __, ...rest } = counter;
  return {
    ...rest,
    name: `${counter.name} with ${[...ops].join(', ')} of ${base.name}`,
    // Its own windows are accepted as before. A name that is not its own would be looked up.
    ...(counter.documented === counter.name && {
      documented: `${counter.name} with ${[...ops].join(', ')} of ${base.name}`,
    }),
    ops: Object.fromEntries(mixed),
    continuation: () => running.continuation?.(),
  };
}
