/**
 * A C file of a folder below this one, which is right as it is; the names whose definition plants a defect in it, or nothing
 * where the file says in a comment which line the defect replaces; and what is said of it then: the gravest fault, and whose.
 */
export type Pair = readonly [file: string, defect: string, found: string];

const WORDS: readonly Pair[] = [
  // Both have read the word before one has written it, and both take the object out.
  ['bits', 'TWO_ACCESSES', 'crash kill'],
  // Of two who turn a bit over one writes what he had read before the other.
  ['bits', 'LOST', 'crash put'],
  // The last put comes between the look and the increment.
  ['inc-not-zero', 'LOOKS_FIRST', 'use-after-free put'],
  ['atomic64', 'LOOKS_FIRST', 'use-after-free put'],
  // The lower half says 1 where somebody still holds.
  ['atomic64', 'CUT', 'use-after-free put'],
  // What has 32 bits overflows.
  ['long', 'NARROW', 'crash charge'],
  // A put between the two is undone, or a second kill has seen the same.
  ['flags64', 'TWO_ACCESSES', 'double-free kill'],
  // Two find no reference, for no lock keeps them apart.
  ['pair', 'UNLOCKED', 'use-after-free kill'],
  // Both have read the pointer before one has cleared it.
  ['pointer', 'TWO_ACCESSES', 'use-after-free remove'],
];

const LOCKS: readonly Pair[] = [
  // Two who share the lock both find the object linked, and both drop the structure's reference.
  ['rwlock', 'SHARED', 'use-after-free lookup'],
  // A reader goes home with the lock.
  ['rwlock', 'KEPT', 'unbalanced lookup'],
  // And one gives it up twice: the second time it is not his.
  ['rwlock', 'TWICE', 'unbalanced lookup'],
  // Who has gone on as a reader is no writer any more.
  ['rwsem', 'AS_WRITER', 'unbalanced unlink'],
  // A reader waits until nobody reads, himself included.
  ['rwsem', 'UPGRADE', 'stuck upgrade'],
  // The lock has gone with the object.
  ['in-object', 'LATE', 'use-after-free put'],
  // Who unlocks it looks at it once more, when the last put has it already.
  ['mutex', 'INSIDE', 'use-after-free put'],
  // The way out of a failed attempt is the one that nobody tests.
  ['trylock', 'FORGETS', 'unbalanced clean_slowly'],
  // Whoever takes 1 for a failure unlocks what he has just got: another comes in.
  ['trylock', 'NEGATED', 'double-free clean_slowly'],
  // Nobody has ever called up().
  ['semaphore', 'NONE', 'stuck put'],
  // The second put waits for the first, which is over.
  ['semaphore', 'KEPT', 'stuck put'],
  // One more up() than down() lets two in: one of their changes is lost, and the count never comes to 0.
  ['semaphore', 'TWICE', 'leak put'],
  // The flag of before and the list of after.
  ['seqlock', 'NO_RETRY', 'crash look'],
  // The writer is done before he has begun, so no reader retries.
  ['seqlock', 'OUTSIDE', 'crash look'],
  // An odd sequence that stays odd is the same at the end.
  ['seqcount', 'NO_WAIT', 'crash look'],
  // The next writer makes it even while he is at work.
  ['seqcount', 'NO_END', 'crash look'],
  // Between the look at the count and the flag a lookup takes a reference.
  ['bit-spinlock', 'UNLOCKED', 'crash kill'],
  // The bit belongs to nobody, so nothing is out of balance; but whoever comes next waits for ever.
  ['bit-spinlock', 'KEPT', 'stuck lookup'],
  // A lookup takes what is about to be freed.
  ['dec-and-lock', 'UNLOCKED', 'double-free put'],
];

/** Derived from what the kernel does. */
const TIME: readonly Pair[] = [
  ['work-frees', '', 'use-after-free put'],
  ['work-drops', '', 'leak kick'],
  ['work-cancel-sync', '', 'use-after-free kick_and_remove'],
  ['work-flush', '', 'use-after-free remove'],
  ['work-polls', '', 'freed-while-held retire'],
  ['work-cancels-itself', '', 'stuck item_work'],
  ['work-disabled', '', 'use-after-free kick'],
  ['timer-delete-sync', '', 'use-after-free remove'],
  ['timer-rearms', '', 'use-after-free start'],
  ['timer-holds', '', 'leak touch'],
  ['rcu-from-timer', '', 'use-after-free look'],
  ['rcu-two-callbacks', '', 'freed-while-held unhook'],
  ['rcu-one-head', '', 'double-free put'],
  ['kfree-rcu-beside', '', 'freed-while-held unhook'],
  ['synchronize-rcu', '', 'use-after-free look'],
  ['rcu-barrier', '', 'use-after-free remove'],
  ['srcu', '', 'use-after-free look'],
  ['call-srcu', '', 'use-after-free look'],
  ['typesafe', '', 'resurrection find'],
  ['wait-event', '', 'stuck remove'],
  ['wait-var-event', '', 'stuck remove'],
  ['schedule', '', 'stuck remove'],
  ['prepare-to-wait', '', 'freed-while-held remove'],
  ['completion', '', 'stuck remove'],
  ['complete-all', '', 'stuck wait'],
];

const HOLDS: readonly Pair[] = [
  ['charge', 'FORGETS', 'count-too-high uncharge'],
  ['charge', 'ANYBODY', 'use-after-free charge'],
  ['pins', 'EAGER', 'leak unpin'],
  ['pins', 'LIGHT CONSERVES', 'count-too-low pin'],
  ['hand-over', 'LATE', 'use-after-free finish'],
  ['give', 'FORGETS', 'use-after-free close'],
  ['dup', 'ANYBODY', 'use-after-free dup'],
  ['thread-local', 'SHALLOW', 'freed-while-held leave'],
  ['thread-number', 'SECOND', 'warning unlock'],
  ['per-cpu', 'BLIND', 'used-while-stopped use'],
  ['open-close', 'RACES', 'used-while-stopped transfer'],
  ['open-close', 'FORGETS', 'started-twice open'],
  ['open-close', 'EARLY', 'used-while-stopped transfer'],
];

const HEADERS: readonly Pair[] = [
  ['list', 'NO_LOCK', 'use-after-free find'],
  ['hlist-rcu', 'NO_GRACE', 'use-after-free find'],
  ['list-bl', 'UNLOCKED', 'use-after-free find'],
  ['list-nulls', 'NO_GRACE', 'use-after-free find'],
  ['llist', 'TWICE', 'use-after-free put'],
  ['tree', 'LEFT_IN', 'use-after-free find'],
  ['device', 'AFTER_PUT', 'use-after-free put'],
  ['kref', 'PLAIN_GET', 'use-after-free put'],
  ['kobject', 'TWICE', 'use-after-free put'],
  ['limited', 'NO_LIMIT', 'freed-while-held put'],
  ['dec-not-one', 'LAST_TOO', 'use-after-free put'],
  ['rcuref', 'PLAIN_FREE', 'use-after-free lookup'],
  ['percpu-ref', 'LATE', 'use-after-free get'],
];

const DECLARATIONS: readonly Pair[] = [
  // A line of the driver comes after the unlock: a lookup takes what is about to be freed.
  ['peer-scheme', 'PLANTED', 'warning peer_get'],
  ['gate', 'PLANTED', 'double-free leave'],
];

/** What two features do where they meet. */
const TOGETHER: readonly Pair[] = [
  // One variable for all: a batch takes what another has dropped, or its depth is lost.
  ['timer-own', 'SHARED', 'use-after-free put'],
  ['per-cpu-own', 'EACH', 'stopped-while-held close'],
  ['conserves64', 'CUT', 'count-too-low pin'],
  ['found-work', 'AFTER', 'use-after-free put'],
  // A reader sees a key without its hash.
  ['found-rwlock', 'SHARED', 'crash look'],
  // Of two gets one is lost.
  ['pair-store', 'UNLOCKED', 'count-too-low get'],
  // Who has found it counts on the mount.
  ['weight-by-rcu', 'HASTY', 'use-after-free find'],
  ['weight-by-rcu', 'LIGHT', 'count-too-high umount'],
  // Who holds the item does not find it.
  ['typesafe-seqlock', 'NO_RETRY', 'crash find_again'],
  // The memory has another owner by now.
  ['typesafe-seqlock', 'NO_RECHECK', 'resurrection find'],
];

/** By folder. */
export const PAIRS = {
  words: WORDS,
  locks: LOCKS,
  time: TIME,
  holds: HOLDS,
  headers: HEADERS,
  declarations: DECLARATIONS,
  together: TOGETHER,
} as const;

/** The files of a folder, each once. */
export function filesOf(folder: keyof typeof PAIRS): string[] {
  return [...new Set(PAIRS[folder].map(([file]) => file))];
}
