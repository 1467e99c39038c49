import { Fact } from '../../oracles/lifetime.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Later } from '../../targets/subject/later.ts';
import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { WideWord } from '../../targets/subject/wide-word.ts';
import type { SharedWord } from '../../targets/subject/word.ts';
import { Access, WordIndex } from './access.ts';
import { DONE, type MachineState } from './machine-state.ts';
import type { Holds } from './scheme-holds.ts';
import { type SchemeLayout, schemeLayout, wordAt } from './scheme-layout.ts';
import { readWide } from './wide-words.ts';

const { COUNT, LIST, FREED } = WordIndex;

/**
 * Answers that are kept. A search meets few combinations of the other words, and asks at the end of every op: what C answers
 * costs as much as an op, and is the same each time.
 */
const REMEMBERED = 4096;

/**
 * Holds the count against the holds, in a scheme that says what it should be (`Scheme.conserves`): where nobody is in the
 * middle of an op, and no callback is due, it is the sum of the weights of all holds and of what the object itself has.
 *
 *     users of an address space weigh 1, pins 1024; the structure has 1 while the object is linked
 *     one user, one pin, linked:    the count must be 1026
 *
 * It need not hold while somebody is in the middle of an op: a get may count first and be granted later. Nor while a callback
 * is due, which may have a reference to put.
 *
 * So a get that adds too little is told by its own program, and not only by one that is long enough for a harm to come of it.
 */
export class Conservation {
  readonly #machine: MachineState;
  readonly #scheme: Scheme;
  readonly #holds: Holds;
  readonly #isLaterDue: () => boolean;
  readonly #object: RcuObject;
  readonly #layout: SchemeLayout;
  readonly #words: readonly number[];
  /** By what the words hold, but for the count. */
  readonly #known = new Map<string, number | bigint>();

  /** @param isLaterDue whether anything is queued or armed: what it has to put is no hold of anybody's */
  constructor(machine: MachineState, scheme: Scheme, holds: Holds, isLaterDue: () => boolean) {
    this.#machine = machine;
    this.#scheme = scheme;
    this.#holds = holds;
    this.#isLaterDue = isLaterDue;
    this.#layout = schemeLayout(scheme);
    const { own, wide } = this.#layout;
    const upper = [...(wide?.values() ?? [])].map(({ high }) => high).filter((word) => word !== COUNT);
    this.#words = [LIST, ...(scheme.words ?? []).map((_, at) => own + at), ...upper];
    this.#object = readOnlyObject(scheme, this.#layout, machine);
  }

  /** @returns a number of `Fact`; NONE also where somebody is in the middle of something */
  check(): number {
    const { words } = this.#machine;
    if (words[FREED]! > 0 || this.#isLaterDue() || !this.#isQuiet()) return Fact.NONE;
    const difference = this.#difference();
    if (difference === 0) return Fact.NONE;
    return difference < 0 ? Fact.COUNT_TOO_LOW : Fact.COUNT_TOO_HIGH;
  }

  /** What the count has too much. */
  #difference(): number {
    const { words } = this.#machine;
    const cells = this.#layout.wide?.get(COUNT);
    if (!cells) return (words[COUNT]! - this.#holds.weight() - Number(this.#own())) | 0;
    const ought = BigInt(this.#holds.weight()) + BigInt(this.#own());
    return Number(BigInt.asIntN(64, readWide(words, cells) - ought));
  }

  /** Every thread, what runs later among them, is done or has yet to begin its op. */
  #isQuiet(): boolean {
    const { node, trees, threadCount } = this.#machine;
    for (let thread = 0; thread < threadCount + this.#layout.laterThreads; thread++) {
      const at = node[thread]!;
      if (at !== DONE && !trees.isRoot[at] && trees.kind[at] !== Access.TAKE_OVER) return false;
    }
    return true;
  }

  /** What the object has of the count itself. The answer may come from C, so it is kept. */
  #own(): number | bigint {
    const { words } = this.#machine;
    const key = this.#words.map((word) => words[word]).join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const own = this.#scheme.conserves!(this.#object);
    if (this.#known.size < REMEMBERED) this.#known.set(key, own);
    return own;
  }
}

/** The object as who is asked sees it: words can be loaded, and nothing else be done. */
function readOnlyObject(scheme: Scheme, layout: SchemeLayout, machine: MachineState): RcuObject {
  const refuse = (): never => {
    throw new InputError(
      scheme.name,
      'what the count holds beside the holds is told from what the words hold; load them',
    );
  };
  const changes = {
    ...{ store: refuse, exchange: refuse, fetchAdd: refuse, fetchSub: refuse, fetchBits: refuse },
    ...{ compareExchange: refuse, await: refuse },
  };
  const others = { update: refuse, repeat: refuse, warn: refuse, fence: refuse };
  const word = (at: number): SharedWord => ({ load: () => machine.words[at]!, ...changes, ...others });
  const wide = (at: number): WideWord => ({
    load: () => readWide(machine.words, layout.wide!.get(at)!),
    ...changes,
  });
  const lock: Lock = {
    ...{ acquire: refuse, release: refuse, tryAcquire: refuse, acquireShared: refuse },
    ...{ tryAcquireShared: refuse, releaseShared: refuse, downgrade: refuse, look: refuse },
    ...{ beginWrite: refuse, endWrite: refuse, readBegin: refuse, readNow: refuse },
  };
  const later: Later = {
    ...{ arm: refuse, cancel: refuse, state: refuse, flushBegin: refuse, flushEnd: refuse },
    ...{ synchronizeBegin: refuse, synchronizeEnd: refuse, srcuLock: refuse, srcuUnlock: refuse },
    ...{ sleepBegin: refuse, sleep: refuse, sleepEnd: refuse, wake: refuse },
  };
  const places = Array.from({ length: (scheme.words?.length ?? 0) + 1 }, (_, place) => wordAt(place));
  const words = places.slice(1).map(word);
  return {
    count: word(COUNT),
    list: word(LIST),
    ...{ lock, mutex: lock, timer: lock },
    words,
    locks: words.map(() => lock),
    wide: places.map((at) => (layout.wide?.has(at) ? wide(at) : undefined)),
    pairs: layout.pairs.map(wide),
    threadWords: [],
    later,
    rcu: { readLock: refuse, readUnlock: refuse, call: refuse },
    idle: { note: refuse, clear: refuse, check: refuse },
    ...{ thread: refuse, use: refuse, write: refuse, touch: refuse },
    ...{ start: refuse, stop: refuse, free: refuse },
  };
}
