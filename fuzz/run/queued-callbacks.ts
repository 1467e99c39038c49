import { InputError } from '../../targets/subject/input-error.ts';

/**
 * With which head each RCU callback is queued, and for the readers of which domain. Both are always the same for one function,
 * so neither is part of a state: they are learnt as callbacks are queued.
 */
export class QueuedCallbacks {
  readonly #name: string;
  readonly #domains: number[] = [];
  readonly #heads: number[] = [];

  /** @param name of the scheme, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** The domain whose readers a callback waits for. @param which the number of the function */
  domainOf(which: number): number {
    return this.#domains[which] ?? 0;
  }

  /**
   * Notes with what a callback is queued.
   *
   * @param head its address; 0 where nobody else has it
   * @returns the others that have the same head
   * @throws InputError where it waits for the readers of two domains
   */
  note(which: number, head: number, domain: number): number[] {
    this.#domains[which] ??= domain;
    this.#heads[which] ??= head;
    if (this.#domains[which] !== domain)
      throw new InputError(
        this.#name,
        'queues one callback for the readers of two domains (call_rcu, call_srcu)',
      );
    return this.#heads.flatMap((other, at) => (at !== which && head !== 0 && other === head ? [at] : []));
  }
}
