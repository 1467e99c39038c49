/**
 * Words of the control block, each in a cache line of its own, so that a thread which waits disturbs no other. 32 words
 * are 128 bytes: processors of x86 fetch lines of 64 bytes in pairs.
 */
const LINE = 32;
const ARRIVED = 0;
const ROUND = LINE;
const GIVEN_UP = 2 * LINE;
const STOPPED = 3 * LINE;
/** The first of one word for each thread. */
const PROGRESS = 4 * LINE;

/**
 * Looks at a word before a thread goes to sleep, and before it continues without another: some tenths of a millisecond.
 * Threads that slept at once would be woken when the others are through, and would never meet in a cell. Much longer is as
 * bad: two threads that have one core between them would wait for each other a turn of the scheduler at each cell.
 */
const SPINS = 50_000;
/** Waits in vain after which a thread goes through the rest of a batch alone. */
const MOST_VAIN = 4;
/** Milliseconds that a thread sleeps before it looks again; it is woken when there is something to see. */
const NAP = 100;

/** Bytes of a control block. */
export function bytesOfBarrier(threads: number): number {
  return (PROGRESS + threads * LINE) * Int32Array.BYTES_PER_ELEMENT;
}

/**
 * Where threads that race meet: a barrier, how far each is, and a sign to give up. It is a block of shared memory; each
 * thread has an object of this kind on it, and so has the one that watches over them.
 */
export class Barrier {
  readonly #words: Int32Array<SharedArrayBuffer>;
  /** With fewer cores than threads nobody looks again and again: others need the core. */
  readonly #cores: number;
  /** By thread: where it was when it was waited for in vain. */
  readonly #leftAt: number[] = [];
  /** Waits in vain in this batch. */
  #vain = 0;

  /** @param cores how many threads can run at a time */
  constructor(buffer: SharedArrayBuffer, cores: number) {
    this.#words = new Int32Array(buffer);
    this.#cores = cores;
  }

  /**
   * Waits until all have come here. Looks first, then sleeps. Three threads, the last to come being 2:
   *
   *     thread 0   reads round 5, arrives (1), waits for another round
   *     thread 1   reads round 5, arrives (2), waits
   *     thread 2   reads round 5, arrives (3): empties the counter, begins round 6, wakes the others
   *
   * @param threads how many there are, this one included
   *
   * @returns false when the race was given up; then nobody may rely on the others any more
   */
  wait(threads: number): boolean {
    const words = this.#words;
    // Before arriving: the last to arrive may end the round at once, and whoever read it then would wait for the next.
    const round = Atomics.load(words, ROUND);
    if (Atomics.add(words, ARRIVED, 1) === threads - 1) {
      // In this order: a thread that sees the new round may arrive for the next one.
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, ROUND, 1);
      Atomics.notify(words, ROUND);
      return !this.isGivenUp();
    }
    const spins = threads <= this.#cores ? SPINS : 1;
    for (let spin = 0; spin < spins; spin++) {
      if (Atomics.load(words, ROUND) !== round) return !this.isGivenUp();
    }
    while (Atomics.load(words, ROUND) === round) {
      if (this.isGivenUp()) return false;
      Atomics.wait(words, ROUND, round, NAP);
    }
    return !this.isGivenUp();
  }

  /**
   * Says how far this thread is, and waits for those that are not as far, so that all are at the same cells at a time. One
   * that makes no progress is not waited for again until it does: another process has its core.
   *
   * @param thread from 0
   * @param progress goes up within a race; all threads give the same number at the same cells
   * @param isStart of a batch, when some may still have to wake up
   */
  pace(thread: number, threads: number, progress: number, isStart: boolean): void {
    Atomics.store(this.#words, PROGRESS + thread * LINE, progress);
    // With fewer cores than threads an encounter is one thread being interrupted within an op.
    if (threads > this.#cores) return;
    if (isStart) this.#vain = 0;
    if (this.#vain >= MOST_VAIN) return;
    for (let other = 0; other < threads; other++)
      if (other !== thread) this.#waitFor(other, progress, isStart);
  }

  #waitFor(other: number, progress: number, isStart: boolean): void {
    const words = this.#words;
    const at = PROGRESS + other * LINE;
    let seen = Atomics.load(words, at);
    if (seen >= progress || (seen === this.#leftAt[other] && !isStart)) return;
    for (let spin = 0; spin < SPINS; spin++) {
      seen = Atomics.load(words, at);
      if (seen >= progress) return;
    }
    // Passed over from now on, unless it has moved when it is looked at again.
    this.#leftAt[other] = seen;
    this.#vain++;
  }

  /** Lets some time pass: a few nanoseconds a turn. An atomic load, since a compiler may drop an empty loop. */
  dawdle(turns: number): void {
    for (let turn = 0; turn < turns; turn++) Atomics.load(this.#words, GIVEN_UP);
  }

  giveUp(): void {
    Atomics.store(this.#words, GIVEN_UP, 1);
    Atomics.notify(this.#words, ROUND);
  }

  isGivenUp(): boolean {
    return Atomics.load(this.#words, GIVEN_UP) !== 0;
  }

  /** Counts an op that did not return. @returns how many there are in this race */
  countStopped(): number {
    return Atomics.add(this.#words, STOPPED, 1) + 1;
  }

  get stopped(): number {
    return Atomics.load(this.#words, STOPPED);
  }

  /** Before a race, while no thread is in one. */
  reset(): void {
    this.#words.fill(0);
  }

  /** Changes whenever a thread makes progress. All words as text: to be compared, not read. */
  pulse(): string {
    return this.#words.join();
  }
}
