/**
 * The windows that are open in a run, packed into one integer: seven bits each, the first opened lowest. A window is open
 * from the access on which an op decides that the word is bad to the store that corrects it.
 *
 * bits 0-1: the thread whose op it is; 2-4: the boundary of the access that opened it; 5: another thread has made an
 * access since, which makes a window of it; 6: set.
 */
const BITS = 7;
const NOTICED = 1 << 5;
const SET = 1 << 6;

/** The thread whose window it is, 0 to 3. Bits above the window's own do not matter. */
export function ownerOf(window: number): number {
  return window & 3;
}

/** The boundary at which it was opened, as an index of BOUNDARIES. */
export function boundaryOf(window: number): number {
  return (window >> 2) & 7;
}

/** Whether another thread has come between. */
export function isNoticed(window: number): boolean {
  return (window & NOTICED) !== 0;
}

/** @returns where the first window stands that `accepts`, in bits from the lowest, or -1 */
function find(windows: number, accepts: (window: number) => boolean): number {
  for (let at = 0; ((windows >> at) & SET) !== 0; at += BITS) if (accepts(windows >> at)) return at;
  return -1;
}

/** Adds a window at the end: it is the latest. At most four can be open, one a thread, which is 28 bits. */
export function withOpened(windows: number, thread: number, boundary: number): number {
  let at = 0;
  while (((windows >> at) & SET) !== 0) at += BITS;
  return windows | ((thread | (boundary << 2) | SET) << at);
}

/** @returns the window of a thread, or -1 if it has none */
export function windowOf(windows: number, thread: number): number {
  const at = find(windows, (window) => ownerOf(window) === thread);
  return at < 0 ? -1 : (windows >> at) & ((1 << BITS) - 1);
}

/** Takes the window of a thread out. Those above move down, so the first is always the one that was opened first. */
export function withoutWindowOf(windows: number, thread: number): number {
  const at = find(windows, (window) => ownerOf(window) === thread);
  if (at < 0) return windows;
  return (windows & ((1 << at) - 1)) | ((windows >> (at + BITS)) << at);
}

/** @returns the boundary of the first opened of the windows that others have open, or -1 */
export function outermostBoundary(windows: number, thread: number): number {
  const at = find(windows, (window) => ownerOf(window) !== thread);
  return at < 0 ? -1 : boundaryOf(windows >> at);
}

/**
 * The window that an access of `thread` notices for the first time. There is one at most: whoever opens a window makes
 * an access, and so notices those that are open.
 *
 * @returns where it stands, for `withNoticed` and `windowAt`, or -1
 */
export function unnoticedBy(windows: number, thread: number): number {
  return find(windows, (window) => ownerOf(window) !== thread && !isNoticed(window));
}

/** The window that stands at a place, see `unnoticedBy`. */
export function windowAt(windows: number, at: number): number {
  return (windows >> at) & ((1 << BITS) - 1);
}

/** Marks the window at a place: another thread has come between. */
export function withNoticed(windows: number, at: number): number {
  return windows | (NOTICED << at);
}

/** The same windows with two threads exchanged. */
export function withSwapped(windows: number, one: number, other: number): number {
  let swapped = windows;
  for (let at = 0; ((windows >> at) & SET) !== 0; at += BITS) {
    const owner = ownerOf(windows >> at);
    const now = owner === one ? other : owner === other ? one : owner;
    swapped ^= (owner ^ now) << at;
  }
  return swapped;
}
