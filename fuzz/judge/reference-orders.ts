import type { Kind } from '../../oracles/divergence.ts';
import { askedOracles } from '../../oracles/oracles.ts';
import { Explorer } from '../explore/explorer.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { Remembered } from '../run/remembered.ts';
import { WatchedMachine } from './watched-machine.ts';

/** Programs of which it is remembered what the reference leaves unordered. */
const REMEMBERED = 4096;
/** States of the reference, where the caller has no limit of its own. */
const LIMIT = 400_000;

/**
 * What the reference leaves unordered: a subject that does so too breaks nothing. Asked only once a subject has shown
 * something, which few do. The ideal counter is fully ordered.
 */
export class ReferenceOrders {
  readonly #harness: Harness;
  readonly #shown = new Remembered<readonly Kind[] | undefined>(REMEMBERED);
  /** Made when it is first needed. */
  #machine: WatchedMachine | undefined;
  #explorer: Explorer | undefined;

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  /** @returns whether a program shows the kind in no run of the reference; undefined with too many states */
  keeps(program: Program, kind: Kind, limit = LIMIT): boolean | undefined {
    if (!this.#harness.reference) return true;
    const shown = this.#shown.of(JSON.stringify(program), () => this.#explore(program, limit));
    // Who may not even write must not read either.
    return shown && !(shown.includes(kind) || (kind === 'race' && shown.includes('unordered-free')));
  }

  #explore(program: Program, limit: number): readonly Kind[] | undefined {
    const machine = this.#watched();
    const kinds = new Set<Kind>();
    const states = returns(() =>
      this.#explorer!.explore(program, limit, {
        step() {
          for (let at = 0; at < machine.unjudgedCount; at++) kinds.add(machine.unjudged(at).kind);
          return !machine.isSettled;
        },
      }),
    );
    return states === undefined ? undefined : [...kinds];
  }

  /** The reference in the place of the subject, asked about orders alone. */
  #watched(): WatchedMachine {
    const { target, reference, ...rest } = this.#harness;
    this.#machine ??= new WatchedMachine({
      ...rest,
      reference,
      subject: reference!,
      oracles: askedOracles(['ordering']),
      target: { ...target, subject: reference!.subject, oracles: ['ordering'] },
    });
    this.#explorer ??= new Explorer(this.#machine, { symmetry: true });
    return this.#machine;
  }
}
