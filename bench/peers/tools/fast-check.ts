import fc from 'fast-check';
import type { Counter } from '../../../targets/subject/subject.ts';
import { ARGUMENT_OPS, ARGUMENTS, checkAlone, PLAIN_OPS, STARTS } from '../check-alone.ts';
import { COUNTING_OPS, MOST_OPS, MOST_THREADS, Together } from '../check-together.ts';
import { counterOf, findMutant } from '../mutants.ts';
import { begin, found } from '../report.ts';

/** fast-check alone. Usage: node fast-check.js commands|schedule|scheduler SEED, and PEER_MUTANT in the environment. */
type Kind = 'commands' | 'schedule' | 'scheduler';

const start = fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...STARTS) }, fc.integer());
const argument = fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...ARGUMENTS) }, fc.integer());
const thread = fc.array(fc.constantFrom(...COUNTING_OPS), { minLength: 1, maxLength: MOST_OPS });
const threads = fc.array(thread, { minLength: 2, maxLength: MOST_THREADS });

/** The real side; what it is compared with is computed from the same value, so the model has nothing to hold. */
interface Real {
  readonly counter: Counter;
  value: number;
}

class Call implements fc.Command<object, Real> {
  readonly op: string;
  readonly argument: number;

  constructor(op: string, value: number) {
    this.op = op;
    this.argument = value;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, real: Real): void {
    real.value = checkAlone(real.counter, this.op, this.argument, real.value);
  }

  toString(): string {
    return `${this.op}(${this.argument})`;
  }
}

/** As the page "Model based testing" of its documentation has it. */
function commands(counter: Counter) {
  const calls = [
    ...PLAIN_OPS.map((op) => fc.constant(new Call(op, 0))),
    ...ARGUMENT_OPS.map((op) => argument.map((value) => new Call(op, value))),
  ];
  const sequences = fc.commands(calls, { size: 'max', maxCommands: 64 });
  return fc.property(start, sequences, (value, sequence) =>
    watched(() => fc.modelRun(() => ({ model: {}, real: { counter, value } }), sequence)),
  );
}

/** Who goes next is data, as for the tools that make bytes. */
function schedule(counter: Counter) {
  const turns = fc.array(fc.nat(MOST_THREADS - 1), { minLength: 8, maxLength: 40, size: 'max' });
  return fc.property(start, threads, turns, (value, programs, order) =>
    watched(() => {
      const run = new Together(counter, value, programs);
      for (let turn = 0, ready = run.ready(); ready.length > 0; turn++, ready = run.ready())
        run.step(ready[(order[turn] ?? 0) % ready.length]!);
      run.end();
    }),
  );
}

/** As the page "Race conditions" has it: each access waits for a promise of the scheduler. */
function scheduler(counter: Counter) {
  return fc.asyncProperty(start, threads, fc.scheduler(), async (value, programs, order) => {
    begin();
    const run = new Together(counter, value, programs);
    const all = programs.map(async (_, index) => {
      while (run.hasWork(index)) {
        await order.schedule(Promise.resolve());
        run.step(index);
      }
    });
    try {
      await order.waitFor(Promise.all(all));
      run.end();
    } catch (error) {
      found(String(error));
      throw error;
    }
  });
}

function watched(run: () => void): void {
  begin();
  try {
    run();
  } catch (error) {
    found(String(error));
    throw error;
  }
}

const PROPERTIES = { commands, schedule, scheduler };

/** @returns the property that a kind of harness checks of a counter */
export function propertyOf(kind: Kind, counter: Counter) {
  return PROPERTIES[kind](counter);
}

if (process.env.PEER_MUTANT !== undefined) {
  const [kind, seed] = process.argv.slice(2);
  const empty = fc.property(start, () =>
    watched(() => {
      throw new Error('the empty target fails at its first input');
    }),
  );
  const property =
    process.env.PEER_MUTANT === 'empty'
      ? empty
      : propertyOf(kind as Kind, counterOf(findMutant(process.env.PEER_MUTANT)));
  await fc.check<unknown>(property as fc.IRawProperty<unknown>, {
    seed: Number(seed),
    numRuns: Number.POSITIVE_INFINITY,
  });
}
