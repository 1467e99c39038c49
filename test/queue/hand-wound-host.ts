import type { Host } from '../../fuzz/workers/host.ts';

/** A clock that a test winds: what is due is called then, in order of time. */
export class HandWoundHost implements Host {
  #now = 0;
  readonly #due = new Set<{ at: number; every: number | undefined; act: () => void }>();

  now(): number {
    return this.#now;
  }

  date(): string {
    return new Date(this.#now).toISOString();
  }

  memory(): number {
    return 0;
  }

  after(milliseconds: number, act: () => void): () => void {
    return this.#add(milliseconds, undefined, act);
  }

  every(milliseconds: number, act: () => void): () => void {
    return this.#add(milliseconds, milliseconds, act);
  }

  /** Lets time pass, and what follows from it happen. */
  async wind(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#due].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.#now = next.at;
      if (next.every === undefined) this.#due.delete(next);
      else next.at += next.every;
      next.act();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }

  #add(milliseconds: number, every: number | undefined, act: () => void): () => void {
    const due = { at: this.#now + milliseconds, every, act };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }
}
