import { type Ends, endInTime, givenUpAfter, overrunOf, USER_OVERRUN } from '../campaign/end-in-time.ts';
import { Deadline, type Interrupt } from '../run/interrupt.ts';
import type { EngineContext } from './engine.ts';

/** The time of one target in a search that takes one target after the other. */
export class TargetTime {
  readonly #context: EngineContext;
  /** On the host's clock. */
  readonly #until: number;
  readonly #overrun: number;
  #isGivenUp = false;

  /** @param until when its search is over, on the host's clock @param overrun milliseconds that its end may take */
  constructor(context: EngineContext, until: number, overrun: number) {
    this.#context = context;
    this.#until = until;
    this.#overrun = overrun;
  }

  /** Whether nothing more is to be searched. */
  get isOver(): boolean {
    const { signal, host } = this.#context;
    return signal.aborted || host.now() >= this.#until;
  }

  /** For what is done on this thread, which hears no timer meanwhile. */
  get interrupt(): Interrupt {
    const end = this.#until + givenUpAfter(this.#overrun);
    return new Deadline(() => this.#isGivenUp || this.#context.host.now() >= end);
  }

  /** Milliseconds that are left. */
  get left(): number {
    return Math.max(0, this.#until - this.#context.host.now());
  }

  /**
   * Calls `ends` when the time is over, and when the user ends it: then as after a time of 0.
   *
   * @returns what calls it off
   */
  bind({ stop, giveUp, abandon }: Ends): () => void {
    const { host, signal } = this.#context;
    const ends: Ends = {
      stop,
      giveUp: () => {
        this.#isGivenUp = true;
        giveUp();
      },
      abandon,
    };
    const callOff = endInTime(host, this.#until - host.now(), this.#overrun, ends);
    const interrupt = () => void callOff.push(...endInTime(host, 0, USER_OVERRUN, ends));
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    return () => {
      signal.removeEventListener('abort', interrupt);
      for (const one of callOff) one();
    };
  }
}

/**
 * Divides the time of a search among its targets, one after the other. A target gets its part of what is left when it
 * begins, so one that ended late takes from those after it, and nothing from the end.
 *
 *     20 s, two targets     the first searches until 10 s and is over at 11; the second until 20 and is over at 22
 *
 * @param started on the host's clock
 * @param time milliseconds; Infinity: no limit
 * @param targets how many, 1 or more
 */
export function targetTimes(
  context: EngineContext,
  started: number,
  time: number,
  targets: number,
): () => TargetTime {
  let open = targets;
  return () => {
    const now = context.host.now();
    const overrun = overrunOf(time) / open;
    const share = Math.max(0, started + time - now) / open;
    open--;
    return new TargetTime(context, now + share, overrun);
  };
}
