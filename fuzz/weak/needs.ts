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
  /** What a thread has read and not acquired. */
  readonly read: number;
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
  /** Words with writes that were overwritten, a bit each. */
  readonly old: number;
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
  /** Whether it is asked what everybody had been told when something was written. */
  readonly mayTell: boolean;
}

/** Of the cell of a thread in `ThreadViews`: what it knows, has read, what its fence ordered, what its branches are by. */
const USES = { known: 0xff, read: 0xff00, fenced: 0xff0000, branched: 0x7f000000 } as const;

/** Threads and carriers from which something may come to those who ask for it. */
interface Flow {
  readonly threads: number;
  readonly carriers: number;
  /** The word that is asked for; -1 of uses. */
  readonly word: number;
  /** Threads that ask themselves. */
  readonly asking: number;
}

/** @param shape of a scheme with at most seven words and 29 carriers */
export function needsOf(shape: CarrierShape, situation: Situation): Needs {
  const { ahead, active } = situation;
  const mayQueue = ahead.some(({ flags }, thread) => isIn(active, thread) && (flags & May.QUEUE) !== 0);
  const starting = situation.isDue || mayQueue ? situation.starting : 0;
  const among = { shape, ahead, active, starting, runs: active | starting };
  const flows = shape.ofWords.map((_, word) => {
    const writers = threadsWhere(ahead, among.runs, ({ writes }) => isIn(writes, word));
    const hasOld = isIn(situation.old, word);
    // Where nobody else writes it, a thread reads it as it is.
    const asks = (one: Ahead, at: number) => isIn(one.live, word) && (hasOld || (writers & ~(1 << at)) !== 0);
    return flow(among, asks, word);
  });
  return { ...viewsNeeded(among, flows), ...writesNeeded(among), ...usesNeeded(among) };
}

interface Among extends Omit<Situation, 'isDue' | 'old'> {
  readonly shape: CarrierShape;
  readonly runs: number;
}

/** Bits of the words whose flows are so. */
function maskWhere(flows: readonly Flow[], has: (flow: Flow) => boolean): number {
  return maskOf(
    flows.flatMap((one, word) => (has(one) ? [word] : [])),
    1,
  )[0]!;
}

/** Threads of which that is so. */
function threadsWhere(ahead: readonly Ahead[], among: number, has: (one: Ahead) => boolean): number {
  return ahead.reduce((set, one, at) => (isIn(among, at) && has(one) ? set | (1 << at) : set), 0);
}

function viewsNeeded({ shape, ahead, active, runs }: Among, flows: readonly Flow[]) {
  const { global, read } = shape;
  const ofThread = (has: (way: Flow, one: Ahead, at: number) => boolean) =>
    ahead.map((one, at) =>
      isIn(active, at) ? maskWhere(flows, (way) => isIn(way.threads, at) && has(way, one, at)) : 0,
    );
  const anyOf = (way: Flow, has: (one: Ahead) => boolean) => threadsWhere(ahead, runs & way.threads, has) !== 0;
  const fenced = ofThread(({ carriers }, { relaxed }) => (relaxed & carriers) !== 0);
  const carriers = Array.from({ length: global + 1 }, (_, carrier) =>
    maskWhere(flows, (way) => isIn(way.carriers, carrier)),
  );
  // What everybody had been told counts for who writes by it, and for who reads again what he has computed himself.
  const isTold = (way: Flow, carrier: number) => anyOf(way, (one) => isIn(one.told & way.carriers, carrier));
  const told = carriers.map((_, carrier) => maskWhere(flows, (way) => isTold(way, carrier)));
  const mayTell = maskWhere(flows, (way) =>
    anyOf(way, (one) => ((one.told | one.retakes) & way.carriers) !== 0),
  );
  carriers[global]! |= mayTell;
  let useful = 0;
  ahead.forEach((one, at) => {
    if (isIn(one.takes, global) && flows.some((way) => isAsked(way, one, global, at))) useful |= 1 << at;
  });
  const old = carriers.map(() => 0);
  shape.ofWords.forEach((carrier, word) => {
    old[carrier] = carriers[carrier]! & maskWhere(flows, (way) => anyOf(way, ({ live }) => isIn(live, word)));
  });
  return {
    known: ofThread(() => true),
    read: ofThread(
      (way, one, at) =>
        (one.releasesOf[way.word]! & way.carriers) !== 0 || (isIn(one.takes, read) && isAsked(way, one, read, at)),
    ),
    fenced,
    unlocked: fenced.map((one, at) => ((ahead[at]!.flags & May.LOCK) !== 0 ? one : 0)),
    written: fenced.map((one, at) => ((ahead[at]!.flags & May.ORDER_WRITES) !== 0 ? one : 0)),
    depended: ofThread((way, { depends }) => (depends & way.carriers) !== 0),
    carriers,
    takers: carriers.map((_, carrier) => threadsWhere(ahead, runs, ({ takes }) => isIn(takes, carrier))),
    told,
    old,
    mayTell: mayTell !== 0,
    splits: carriers[global] === 0 ? 0 : splits(ahead, runs, mayTell !== 0 ? -1 : useful),
  };
}

function writesNeeded({ shape, ahead, active, starting }: Among) {
  let begins = 0;
  const readers = shape.ofWords.map((_, word) => {
    const reads = (one: Ahead) => isIn(one.live, word);
    const own = threadsWhere(ahead, active, reads);
    if (threadsWhere(ahead, starting, reads) === 0) return own;
    // Who begins to run knows what the one knows who has queued it, and no more.
    begins |= 1 << word;
    return own | threadsWhere(ahead, active, ({ flags }) => (flags & May.QUEUE) !== 0);
  });
  return { readers, begins };
}

function usesNeeded(among: Among) {
  const { shape, ahead, runs } = among;
  const { global, read } = shape;
  const ofUses = flow(among, ({ flags }) => (flags & May.FREE) !== 0, -1);
  const takers = runs & ofUses.threads;
  return {
    useCarriers: ofUses.carriers,
    useTakers: Array.from({ length: global }, (_, carrier) =>
      threadsWhere(ahead, takers, ({ takes }) => isIn(takes, carrier)),
    ),
    uses: ahead.map(({ flags, takes, releases, relaxed }, at) => {
      if (!isIn(ofUses.threads, at)) return 0;
      return (
        USES.known |
        (isIn(takes, read) || releases !== 0 ? USES.read : 0) |
        ((relaxed & ofUses.carriers) !== 0 ? USES.fenced : 0) |
        ((flags & May.FREE_NOW) !== 0 ? USES.branched : 0)
      );
    }),
    oldUses: shape.ofWords.reduce(
      (set, _, word) =>
        threadsWhere(ahead, takers, ({ live }) => isIn(live, word)) !== 0 ? set | (1 << word) : set,
      0,
    ),
    mayFree: ofUses.threads !== 0,
    freeing: threadsWhere(ahead, runs, ({ flags }) => (flags & May.FREE) !== 0),
  };
}

/**
 * Barriers of two threads follow each other in some order, which matters where one of them comes to know by it what is asked
 * for; those of one alone do not.
 *
 * @param useful threads to which what full barriers go through may tell something
 */
function splits(ahead: readonly Ahead[], runs: number, useful: number): number {
  const passing = threadsWhere(ahead, runs, ({ flags }) => (flags & May.PASS_BARRIER) !== 0);
  const telling = passing | threadsWhere(ahead, runs, ({ flags }) => (flags & May.QUEUE) !== 0);
  let set = 0;
  ahead.forEach((_, at) => {
    if (!isIn(passing, at)) return;
    const others = ~(1 << at);
    if ((isIn(useful, at) && (telling & others) !== 0) || (passing & useful & others) !== 0) set |= 1 << at;
  });
  return set;
}

/**
 * Backwards from those who ask: who may hand on to them, by which carriers.
 *
 * @param asks whether a thread asks itself
 * @param word that is asked for, before it is written; -1 of uses, which are asked for whatever comes first
 */
function flow(
  { shape, ahead, runs }: Among,
  asks: (ahead: Ahead, thread: number) => boolean,
  word: number,
): Flow {
  const { called, left, noted, handed, global } = shape;
  const own = word < 0 ? -1 : shape.ofWords[word]!;
  const way = { threads: 0, carriers: 0, word, asking: 0 };
  ahead.forEach((one, thread) => {
    if (isIn(runs, thread) && asks(one, thread)) way.asking |= 1 << thread;
  });
  if (way.asking === 0) return way;
  for (let hasGrown = true; hasGrown; ) {
    const { threads, carriers } = way;
    ahead.forEach((one, thread) => {
      if (!isIn(runs, thread)) return;
      const out = word < 0 ? one.releases | one.relaxed : one.releasesOf[word]! | one.relaxed;
      if (isIn(way.asking, thread) || (out & way.carriers) !== 0) way.threads |= 1 << thread;
      for (let carrier = 0, rest = one.takes; rest !== 0; carrier++, rest >>>= 1) {
        if ((rest & 1) === 0 || isIn(way.carriers, carrier)) continue;
        // Who reads a word knows of its write; but what everybody had been told of it counts for what is written by that.
        const isAskedBy =
          word < 0
            ? isIn(way.threads, thread)
            : carrier === own
              ? isIn(one.told, carrier) && (one.outAfter[carrier]![word]! & way.carriers) !== 0
              : isAsked(way, one, carrier, thread);
        if (isAskedBy) way.carriers |= 1 << carrier;
      }
    });
    // Grace periods pass views on from one to the next.
    if (isIn(way.carriers, handed) || isIn(way.carriers, global)) way.carriers |= (1 << called) | (1 << noted);
    if (isIn(way.carriers, called) || isIn(way.carriers, noted)) way.carriers |= 1 << left;
    hasGrown = threads !== way.threads || carriers !== way.carriers;
  }
  return way;
}

/** Whether what a thread takes there is still asked for behind it: by itself, or by somebody whom it hands that on to. */
function isAsked(
  { carriers, word, asking }: Flow,
  { liveAfter, outAfter }: Ahead,
  taken: number,
  thread: number,
): boolean {
  if (isIn(asking, thread) && isIn(liveAfter[taken]!, word)) return true;
  return (outAfter[taken]![word]! & carriers) !== 0;
}

function isIn(set: number, member: number): boolean {
  return ((set >> member) & 1) === 1;
}
