import { type Ahead, May } from './ahead.ts';
import { maskOf } from './view.ts';

/** Carriers by number, see order-cells.ts: those of words come first. */
export interface CarrierShape {
  /** By word with a history: its carrier. */
  readonly ofWords: readonly number[];
  /** What callers of call_rcu hand on, readers as they leave, the idle note, and what is handed to all who begin to read. */
  readonly called: number;
  readonly left: number;
  readonly noted: number;
  readonly handed: number;
  /** The view of full barriers: behind all others. */
  readonly global: number;
}

/** What threads are at, for `needsOf`: by thread, those that run later last. */
export interface Situation {
  readonly ahead: readonly Ahead[];
  /** Threads that are in the middle of something, or will be: a bit each. */
  readonly active: number;
  /** Others that begin to run once they are queued. */
  readonly starting: number;
  /** Whether one of them is. */
  readonly isDue: boolean;
}

/**
 * What of views can still be asked for. A place of a word in a view is asked for by who may still read an older write of that
 * word, and by who may hand it on to somebody of whom that is so; all else is forgotten, so that states which differ in
 * nothing else are one.
 *
 *     lookup, done · gc, before its cmpxchg · put       gc alone may read an older count: writes that it knows of go,
 *                                                       and nobody asks what the lookup knew
 *
 * Masks of a view have all bits of a word, as in view.ts; sets of threads have a bit each.
 */
export interface Needs {
  /** By thread: masks of its rows. */
  readonly known: readonly number[];
  readonly read: readonly number[];
  readonly fenced: readonly number[];
  readonly unlocked: readonly number[];
  readonly written: readonly number[];
  readonly depended: readonly number[];
  /** By carrier, the view of barriers last: its mask, and those who may take it. */
  readonly carriers: readonly number[];
  readonly takers: readonly number[];
  /** By carrier of a word: what of it everybody had been told; and what overwritten writes carry. */
  readonly told: readonly number[];
  readonly old: readonly number[];
  /** By word: the threads whose views say which writes are kept; `begins`: words of which those who begin to run may read older ones. */
  readonly readers: readonly number[];
  readonly begins: number;
  /** Of uses of the object: threads and carriers that may tell who frees; of each thread the bits of its cell. */
  readonly useCarriers: number;
  readonly useTakers: readonly number[];
  readonly uses: readonly number[];
  readonly oldUses: number;
  readonly mayFree: boolean;
  /** Threads that free, or may begin to. */
  readonly freeing: number;
  /** Threads for which it matters when they pass a barrier, beside that of others. */
  readonly splits: number;
}

/** Of the cell of a thread in `ThreadViews`: what it knows, has read, what its fence ordered, what its branches are by. */
const USES = { known: 0xff, read: 0xff00, fenced: 0xff0000, branched: 0x7f000000 } as const;

/** Threads and carriers from which something may come to those who ask for it. */
interface Flow {
  readonly threads: number;
  readonly carriers: number;
}

/** @param shape of a scheme with at most seven words and 30 carriers */
export function needsOf(shape: CarrierShape, situation: Situation): Needs {
  const { ahead, active } = situation;
  const mayQueue = ahead.some(({ flags }, thread) => isIn(active, thread) && (flags & May.QUEUE) !== 0);
  const starting = situation.isDue || mayQueue ? situation.starting : 0;
  const runs = active | starting;
  const words = shape.ofWords.length;
  const flowTo = (asks: (ahead: Ahead) => boolean) => flow(shape, ahead, runs, asks);
  const flows = shape.ofWords.map((_, word) => flowTo(({ weak }) => ((weak >> word) & 1) === 1));
  const ofUses = flowTo(({ flags }) => (flags & May.FREE) !== 0);
  const mask = (has: (flow: Flow) => boolean) =>
    maskOf(
      flows.flatMap((one, word) => (has(one) ? [word] : [])),
      1,
    )[0]!;
  const ofThread = (has: (one: Flow, ahead: Ahead, thread: number) => boolean) =>
    ahead.map((one, thread) =>
      isIn(active, thread) ? mask((way) => isIn(way.threads, thread) && has(way, one, thread)) : 0,
    );
  const fenced = ofThread(({ carriers }, { relaxed }) => (relaxed & carriers) !== 0);
  const known = ofThread(() => true);
  const reads = ahead.map(({ flags, releases }) => (flags & May.ACQUIRE) !== 0 || releases !== 0);
  const carriers = Array.from({ length: shape.global + 1 }, (_, carrier) =>
    mask((way) => isIn(way.carriers, carrier)),
  );
  const anyOf = (way: Flow, has: (one: Ahead) => boolean) =>
    ahead.some((one, thread) => isIn(runs & way.threads, thread) && has(one));
  const told = carriers.map((_, carrier) => mask((way) => anyOf(way, (one) => isIn(one.told, carrier))));
  // What a thread has computed itself it may read again: then what everybody had been told counts.
  const mayTell = mask((way) => anyOf(way, ({ flags, told: all }) => all !== 0 || (flags & May.COMPUTE) !== 0));
  carriers[shape.global]! |= mayTell;
  const old = carriers.map(() => 0);
  let oldUses = 0;
  shape.ofWords.forEach((carrier, word) => {
    old[carrier] = mask((way) => anyOf(way, ({ weak }) => isIn(weak, word)));
    if (anyOf(ofUses, ({ weak }) => isIn(weak, word))) oldUses |= 1 << word;
  });
  const bits = (has: (one: Ahead) => boolean, among: number) =>
    ahead.reduce((set, one, thread) => (isIn(among, thread) && has(one) ? set | (1 << thread) : set), 0);
  const takers = (among: number) => carriers.map((_, carrier) => bits(({ takes }) => isIn(takes, carrier), among));
  let begins = 0;
  const readers = Array.from({ length: words }, (_, word) => {
    const own = bits(({ weak }) => isIn(weak, word), active);
    if (bits(({ weak }) => isIn(weak, word), starting & ~active) === 0) return own;
    // Who begins to run knows what the one knows who has queued it, and no more.
    begins |= 1 << word;
    return own | bits(({ flags }) => (flags & May.QUEUE) !== 0, active);
  });
  return {
    known,
    read: known.map((one, thread) => (reads[thread] ? one : 0)),
    fenced,
    unlocked: fenced.map((one, thread) => ((ahead[thread]!.flags & May.LOCK) !== 0 ? one : 0)),
    written: fenced.map((one, thread) => ((ahead[thread]!.flags & May.ORDER_WRITES) !== 0 ? one : 0)),
    depended: ofThread((way, { depends }) => (depends & way.carriers) !== 0),
    carriers,
    takers: takers(runs),
    told,
    old,
    readers,
    begins,
    useCarriers: ofUses.carriers,
    useTakers: takers(runs & ofUses.threads),
    uses: ahead.map(({ flags, relaxed }, thread) => {
      if (!isIn(ofUses.threads, thread)) return 0;
      return (
        USES.known |
        (reads[thread] ? USES.read : 0) |
        ((relaxed & ofUses.carriers) !== 0 ? USES.fenced : 0) |
        ((flags & May.FREE_NOW) !== 0 ? USES.branched : 0)
      );
    }),
    oldUses,
    mayFree: ofUses.threads !== 0,
    freeing: bits(({ flags }) => (flags & May.FREE) !== 0, runs),
    splits: carriers[shape.global] === 0 ? 0 : splits(ahead, runs),
  };
}

/** Barriers of two threads follow each other in some order; those of one alone do not. */
function splits(ahead: readonly Ahead[], runs: number): number {
  let passing = 0;
  let publishing = 0;
  ahead.forEach(({ flags }, thread) => {
    if (!isIn(runs, thread)) return;
    if ((flags & May.PASS_BARRIER) !== 0) passing |= 1 << thread;
    if ((flags & (May.PASS_BARRIER | May.QUEUE)) !== 0) publishing |= 1 << thread;
  });
  return ahead.reduce(
    (set, _, thread) =>
      isIn(passing, thread) && (publishing & ~(1 << thread)) !== 0 ? set | (1 << thread) : set,
    0,
  );
}

/** Backwards from those who ask: who may hand on to them, by which carriers. */
function flow(
  { called, left, noted, handed, global }: CarrierShape,
  ahead: readonly Ahead[],
  runs: number,
  asks: (ahead: Ahead) => boolean,
): Flow {
  let threads = 0;
  let carriers = 0;
  for (let hasGrown = true; hasGrown; ) {
    const [threadsBefore, carriersBefore] = [threads, carriers];
    ahead.forEach((one, thread) => {
      if (!isIn(runs, thread)) return;
      if (asks(one) || ((one.relaxed | one.releases) & carriers) !== 0) threads |= 1 << thread;
      if (isIn(threads, thread)) carriers |= one.takes;
    });
    // Grace periods pass views on from one to the next.
    if (isIn(carriers, handed) || isIn(carriers, global)) carriers |= (1 << called) | (1 << noted);
    if (isIn(carriers, called) || isIn(carriers, noted)) carriers |= 1 << left;
    hasGrown = threads !== threadsBefore || carriers !== carriersBefore;
  }
  return { threads, carriers };
}

function isIn(set: number, member: number): boolean {
  return ((set >> member) & 1) === 1;
}
