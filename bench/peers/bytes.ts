import type { Counter } from '../../targets/subject/subject.ts';
import { ARGUMENT_OPS, ARGUMENTS, checkAlone, PLAIN_OPS, STARTS } from './check-alone.ts';
import { COUNTING_OPS, MOST_OPS, MOST_THREADS, Together } from './check-together.ts';
import { begin } from './report.ts';

/** The bytes that a tool made, read as choices. Where they end, every choice is the first one. */
class Bytes {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  from<T>(choices: readonly T[]): T {
    return choices[this.byte() % choices.length]!;
  }

  /** Mostly a value of the table; one in eight is 32 bits of the input. */
  value(table: readonly number[]): number {
    const kind = this.byte();
    if (kind < 224) return table[kind % table.length]!;
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }
}

/** Lockstep: a start, then ops until the bytes end. @throws Difference */
export function runAlone(counter: Counter, input: Uint8Array): void {
  begin();
  const bytes = new Bytes(input);
  let value = bytes.value(STARTS);
  while (!bytes.isEmpty) {
    const op = bytes.from(ALL_OPS);
    const argument = ARGUMENT_OPS.includes(op) ? bytes.value(ARGUMENTS) : 0;
    value = checkAlone(counter, op, argument, value);
  }
}

const ALL_OPS = [...PLAIN_OPS, ...ARGUMENT_OPS];

/** Two or three threads; what is left of the bytes says whose access comes next. @throws Difference */
export function runTogether(counter: Counter, input: Uint8Array): void {
  begin();
  const bytes = new Bytes(input);
  const start = bytes.value(STARTS);
  const threads = Array.from({ length: 2 + (bytes.byte() % (MOST_THREADS - 1)) }, () =>
    Array.from({ length: 1 + (bytes.byte() % MOST_OPS) }, () => bytes.from(COUNTING_OPS)),
  );
  const run = new Together(counter, start, threads);
  for (let ready = run.ready(); ready.length > 0; ready = run.ready()) run.step(bytes.from(ready));
  run.end();
}
