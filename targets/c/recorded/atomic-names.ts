import { type AtomicCall, atomicCall } from './atomic-calls.ts';
import { type WideCall, wideCall } from './wide-calls.ts';

/** The sanitizer's calls by name. To parse the name at each access would cost more than the access. */
export class AtomicNames {
  readonly #known = new Map<string, AtomicCall | WideCall | undefined>();

  /** @returns undefined for a name that is none of these @throws Error for an access of more than 64 bits */
  of(name: string): AtomicCall | WideCall | undefined {
    const known = this.#known.get(name);
    if (known !== undefined || this.#known.has(name)) return known;
    const found = wideCall(name) ?? atomicCall(name);
    this.#known.set(name, found);
    return found;
  }
}
