import { COMPUTED, HistoryCells, ROWS, Row, USES, WRITER } from './history-cells.ts';
import type { Needs } from './needs.ts';
import { earlier, later, placeIn, setPlace, whereLater } from './view.ts';

/** Of the second cell of an entry: all but its uses. */
const OF_WRITER = ~USES.with(0, USES.most);
/** All places as late as can be. */
const LATEST = 0x07777777;

// Two forms that mean the same are one state, so an explorer meets it once. What is brought into one form, and why it may be:
//
//     a place that is not asked for               see needs.ts
//     what has been read, and is known            to acquire it, or to hand both on, comes to what is known
//     what was known at the last unlock, what     they only ever go into what the last fence has ordered
//     has been written: if that is ordered
//     what a write or a lock carries, if all      to take it changes neither what they know nor what their writes carry: so
//     who may take it know it and have it         "have it ordered" is asked as well, of those who may still write without
//     ordered                                     a release
//     whose a write is, where it tells its        what is told nobody is told by nobody
//     thread nothing

/**
 * Brings histories into the form that has nothing but what can still be asked for: see `Needs`. For shapes whose views are one
 * cell. What is left out is what would change nothing that any thread reads from here on:
 *
 *     places of words of which nobody reads older writes any more, or who does is not told
 *     writes that all who may read older ones know to be overwritten
 *     what a view would tell nobody anything new by
 */
export class NeededHistories extends HistoryCells {
  /** @param isDue whether something that begins to run will know what `called` holds @param called the carrier of that */
  settleBy(needs: Needs, isDue: boolean, called: number): void {
    const { cells } = this;
    for (let word = 0; word < this.shape.words; word++) {
      if (this.latest(word) > 0) this.#dropUnread(needs, word, isDue ? called : -1);
    }
    this.#settleThreads(needs, cells);
    this.#settleCarriers(needs, cells);
    for (let word = 0; word < this.shape.words; word++) this.#settleEntries(needs, word);
  }

  /** @param called carrier of what begins to run; -1 where nothing does */
  #dropUnread({ readers, begins }: Needs, word: number, called: number): void {
    let oldest = this.latest(word);
    for (let thread = 0, left = readers[word]!; left !== 0; thread++, left >>= 1) {
      if ((left & 1) === 0) continue;
      const place = placeIn(this.cells, this.row(thread, Row.KNOWN), word);
      if (place < oldest) oldest = place;
    }
    if (called >= 0 && ((begins >> word) & 1) === 1) {
      const place = placeIn(this.cells, this.carrier(called), word);
      if (place < oldest) oldest = place;
    }
    if (oldest > 0) this.drop(word, oldest);
  }

  /** The rows of threads, each within its mask and without what another row has. A thread with nothing to ask has none. */
  #settleThreads(needs: Needs, cells: Int32Array): void {
    for (let thread = 0; thread < needs.known.length; thread++) {
      const at = this.row(thread, Row.KNOWN);
      const mask = needs.known[thread]!;
      if (mask === 0) {
        for (let row = 0; row < ROWS; row++) cells[at + row] = 0;
        continue;
      }
      const known = cells[at]! & mask;
      cells[at] = known;
      // What was read and is known, was known at the last unlock and is ordered by the last fence: known twice over.
      const read = cells[at + Row.READ]! & needs.read[thread]!;
      cells[at + Row.READ] = read & whereLater(read, known);
      const fenced = cells[at + Row.FENCED]! & needs.fenced[thread]!;
      cells[at + Row.FENCED] = fenced;
      const unlocked = cells[at + Row.UNLOCKED]! & needs.unlocked[thread]!;
      cells[at + Row.UNLOCKED] = unlocked & whereLater(unlocked, fenced);
      const written = cells[at + Row.WRITTEN]! & needs.written[thread]!;
      cells[at + Row.WRITTEN] = written & whereLater(written, fenced);
      const depended = cells[at + Row.DEPENDED]! & needs.depended[thread]!;
      cells[at + Row.DEPENDED] =
        depended === 0 ? 0 : depended & whereLater(depended, this.#settledOf(thread, needs.fenced[thread]!));
    }
  }

  /** Locks, grace periods, and the view of full barriers, which is never news to nobody: what everybody had been told is read off it. */
  #settleCarriers(needs: Needs, cells: Int32Array): void {
    const { carriers } = this.shape;
    for (let carrier = 0; carrier < carriers; carrier++) {
      const at = this.carrier(carrier);
      if (cells[at] === 0) continue;
      const view = cells[at]! & needs.carriers[carrier]!;
      const isKept = view === 0 || ((needs.passedOn >> carrier) & 1) === 1;
      cells[at] = isKept ? view : view & whereLater(view, this.#knownToTakers(needs, carrier));
    }
    cells[this.global]! &= needs.carriers[carriers]!;
  }

  /** Of each word the place up to which all know its writes who may take a carrier's view: nothing there is news to them. */
  #knownToTakers(needs: Needs, carrier: number): number {
    let known = LATEST;
    for (let thread = 0, left = needs.takers[carrier]!; left !== 0; thread++, left >>= 1) {
      if ((left & 1) === 0) continue;
      const asks = needs.known[thread]!;
      const theirs = (this.#settledOf(thread, needs.fenced[thread]!) & asks) | (LATEST & ~asks);
      known = earlier(known, theirs);
    }
    return known;
  }

  /** What a thread knows; of words that it may hand on by relaxed writes, what it knows and its last fence has ordered. */
  #settledOf(thread: number, fencedMask: number): number {
    const at = this.row(thread, Row.KNOWN);
    const known = this.cells[at]!;
    if (fencedMask === 0) return known;
    return (earlier(known, this.cells[at + Row.FENCED]!) & fencedMask) | (known & ~fencedMask);
  }

  /** What the writes of a word carry: the latest to who reads it or goes on from it, older ones to who may read them. */
  #settleEntries(needs: Needs, word: number): void {
    const { cells } = this;
    const carrier = this.shape.ofWords[word]!;
    const latest = this.latest(word);
    for (let place = 0; place <= latest; place++) {
      const at = this.at(word, place);
      let second = cells[at + 1]!;
      if (second === 0 && cells[at + 2] === 0 && cells[at + 3] === 0) continue;
      const writer = WRITER.of(second) - 1;
      if (writer >= 0 && ((needs.takers[carrier]! >> writer) & 1) === 0) second &= ~OF_WRITER;
      const asked = place === latest ? needs.carriers[carrier]! : needs.old[carrier]!;
      let view = cells[at + 2]! & asked;
      let told = cells[at + 3]! & asked & (COMPUTED.of(second) === 1 ? asked : needs.told[carrier]!);
      if (view !== 0 || told !== 0) {
        const known = this.#knownToTakers(needs, carrier);
        view &= whereLater(view, known);
        told &= whereLater(told, known);
      }
      cells[at + 2] = view;
      cells[at + 3] = told;
      // Who has written it matters only where it tells him something that he does not know and may ask for.
      if (WRITER.of(second) > 0 && !this.#isNews(view & needs.known[writer]!, writer)) second &= ~OF_WRITER;
      cells[at + 1] = second;
    }
  }

  #isNews(view: number, thread: number): boolean {
    return whereLater(view, this.cells[this.row(thread, Row.KNOWN)]!) !== 0;
  }

  /** Words that have writes which were overwritten, a bit each. */
  withOld(): number {
    let set = 0;
    for (let word = 0; word < this.shape.words; word++) if (this.latest(word) > 0) set |= 1 << word;
    return set;
  }

  /** Whether a thread would tell others something by a full barrier. */
  hasNews(thread: number, { carriers }: Needs): boolean {
    const { cells } = this;
    const at = this.row(thread, Row.KNOWN);
    const asked = carriers[this.shape.carriers]!;
    const told = cells[this.global]! & asked;
    return (
      whereLater(cells[at]! & asked, told) !== 0 || whereLater(cells[at + Row.READ]! & asked, told) !== 0
    );
  }

  /** Whether a thread would tell another something by a full barrier that everybody had not been told yet. */
  hasNewsFor(thread: number, other: number, { known }: Needs): boolean {
    const { cells } = this;
    const at = this.row(thread, Row.KNOWN);
    const told = cells[this.global]!;
    const own = later(cells[at]!, cells[at + Row.READ]!);
    const news = own & whereLater(own, told) & known[other]!;
    return whereLater(news, cells[this.row(other, Row.KNOWN)]!) !== 0;
  }

  /** A thread knows of the latest write of a word. */
  know(thread: number, word: number): void {
    setPlace(this.cells, this.row(thread, Row.KNOWN), word, this.latest(word));
  }
}
