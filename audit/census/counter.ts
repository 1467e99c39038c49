/**
 * What an audit knows of a counter: where it is declared, and every place where something is done to it. Plain data, which
 * survives JSON. Places are told by file and line as people read them, and by byte ranges, from which diffs are written.
 */

/** A line of the tree. */
export interface Place {
  /** Below the root of what was audited, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line's text, without the space around it; at most 200 characters. */
  readonly text: string;
}

/** A place as a range of its file: UTF-16 code units of the decoded text, from 0, the end excluded. */
export interface Span extends Place {
  readonly from: number;
  readonly to: number;
}

/** The types whose ops are judged. */
export const JUDGED_TYPES = [
  'atomic_t',
  'atomic_long_t',
  'atomic64_t',
  'local_t',
  'refcount_t',
  'kref',
  'rcuref_t',
] as const;

/** The types that have an API of their own: they are listed, and not judged. */
export const LISTED_TYPES = ['lockref', 'percpu_ref', 'kobject'] as const;

/** The type of a counter; `kref`, `lockref`, `percpu_ref` and `kobject` are structures. */
export type CounterType = (typeof JUDGED_TYPES)[number] | (typeof LISTED_TYPES)[number];

/**
 * What is done to a counter, whatever it was written as: prefixes (`raw_`, `arch_`, `__`), suffixes of order and the width
 * are taken off, and amounts of one are named. Values that `fetch_*` gives are shifted to those that `*_return` gives, in
 * `Use` as well.
 *
 *     atomic_add(1, &x)                 inc
 *     atomic_long_add_return(-1, &x)    dec_return
 *     atomic_add_unless(&x, 1, 0)       inc_not_zero     kref_get_unless_zero, rcuref_get
 *     atomic_add_unless(&x, -1, 1)      dec_not_one
 *     atomic_cmpxchg(&x, 1, 0)          dec_if_one       refcount_dec_if_one, atomic_try_cmpxchg
 *     atomic_sub_and_test(1, &x)        dec_and_test     kref_put, refcount_dec_and_test, rcuref_put
 *     ATOMIC_INIT(1), kref_init         init             `amounts` has the value
 */
export type Op =
  | 'init'
  | 'set'
  | 'read'
  | 'inc'
  | 'dec'
  | 'add'
  | 'sub'
  | 'inc_return'
  | 'dec_return'
  | 'add_return'
  | 'sub_return'
  | 'inc_and_test'
  | 'dec_and_test'
  | 'sub_and_test'
  | 'add_negative'
  | 'inc_not_zero'
  | 'dec_not_one'
  | 'dec_if_one'
  | 'add_not_zero'
  | 'add_unless'
  | 'inc_unless_negative'
  | 'dec_unless_positive'
  | 'dec_if_positive'
  | 'dec_and_lock'
  | 'xchg'
  | 'cmpxchg'
  | 'and'
  | 'or'
  | 'xor'
  | 'andnot'
  | 'bitop';

/** An amount or a value handed to an op: a number where it is a constant, its text otherwise (`MAX_USERS`, `len`). */
export type Amount = number | string;

/** A comparison of the value that an op gives, in the value *after* the op for `*_return` and `fetch_*`. */
export interface Test {
  readonly relation: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly with: Amount;
  /** Inside of `WARN_ON`, `BUG_ON`, `ASSERT` and the like: it checks the protocol, and is no part of it. */
  readonly isAssertion: boolean;
  /** Inside of `wait_event*`, a loop that only waits, `wait_var_event` and the like. */
  readonly isAwaited: boolean;
}

/** A call on the branch that an op's result decides. */
export interface Consequence {
  readonly callee: string;
  /** The leading identifier of each argument: `p` of `&p->rcu`, empty where there is none. */
  readonly args: readonly string[];
  /** It stands under a further condition. */
  readonly isNested: boolean;
  readonly line: number;
}

/** How an object goes away. */
export type FreedBy = 'directly' | 'rcu' | 'work' | 'callback' | 'other';

/** A branch frees something. */
export interface Freeing {
  readonly how: FreedBy;
  /** The call on the branch, and, where another function frees, the path to the free: `peer_put_final → kfree`. */
  readonly path: readonly string[];
  /** What is freed is the object that the counter lies in, as far as names and types tell. */
  readonly isSameObject: boolean;
  /** Under a further condition, or the function called may return before it frees. */
  readonly isConditional: boolean;
  readonly line: number;
}

/** What happens on one branch. */
export interface Branch {
  readonly calls: readonly Consequence[];
  readonly frees: readonly Freeing[];
  /** Each way through it frees the object, though each of these may be skipped: `if (big) vfree(p); else kfree(p);`. */
  readonly isFreedOnEachWay?: true;
  /** It wakes, completes or schedules: `wake_up`, `complete`, `queue_work`, `schedule_work`, `mod_timer`. */
  readonly wakes: readonly string[];
  /** What is returned or jumped to there: `-EBUSY`, `NULL`, `goto out`; left out if the branch goes on. */
  readonly leaves?: string;
}

/** How the result of an op is used. */
export interface Use {
  /**
   * `void`: not at all; `tested`: decides a branch, a loop or a logical expression; `asserted`: in an assertion only;
   * `printed`: in a format; `stored`, `returned`, `passed`: goes elsewhere, and a local variable is followed to its tests.
   */
  readonly result: 'void' | 'tested' | 'asserted' | 'printed' | 'stored' | 'returned' | 'passed';
  /** The comparisons. An op that gives a truth value (`*_and_test`, `*_not_zero`) has none, unless it is compared. */
  readonly tests: readonly Test[];
  /** What happens where the op says true, or where its first test holds; negation is taken into account. */
  readonly whenTrue?: Branch;
  readonly whenFalse?: Branch;
  /** It stands in an expression that other conditions decide as well: `dec_and_test(x) && list_empty(l)`. */
  readonly isPartOfCondition: boolean;
}

/** How sure it is that an op works on this counter. */
export type Attribution =
  /** The types of the expression lead there. */
  | 'typed'
  /** The field's name is the only one in the file, in the folder, in the tree. */
  | 'by name in the file'
  | 'by name in the folder'
  | 'by name in the tree';

/** An op on a counter. */
export interface Site extends Span {
  readonly op: Op;
  /** As it is written: `atomic_dec_and_test`, `kref_put`; or the initialiser (`ATOMIC_INIT`). */
  readonly written: string;
  /** Everything but the counter, in the op's order. */
  readonly amounts: readonly Amount[];
  /** As the name says; left out for fully ordered and void ops. */
  readonly order?: 'relaxed' | 'acquire' | 'release';
  /** The function; empty at the top level. */
  readonly fn: string;
  /** The expression of the object: `p` of `&p->refcnt`; empty for globals. */
  readonly object: string;
  /** The call went through these functions or macros, the outermost first; the place is that of the outermost call. */
  readonly via: readonly string[];
  readonly attribution: Attribution;
  readonly use: Use;
  /**
   * The object was allocated, or is being initialised, in this function: `set` makes a new object here. Only for `init` and
   * `set`.
   */
  readonly isCreation?: boolean;
  /** Locks held around it in the function, by the text of their arguments: `&peer->lock`, `rcu`. */
  readonly locks: readonly string[];
  /** The release function handed to `kref_put`, or called. */
  readonly release?: string;
}

/** The counter's address goes where it cannot be followed, or somebody reads its inside (`.counter`, `.refs`). */
export interface Escape extends Place {
  readonly kind: 'address' | 'raw';
  readonly fn: string;
  /** The function that it is handed to, or what it is stored in. */
  readonly to: string;
}

/** A counter of the tree, with all that is done to it. */
export interface Counter {
  /** `inet_peer.refcnt`, `nlm_host.h_count`; a global is named alone. */
  readonly name: string;
  /** The name, and the file where two have the same: `priv.users@drivers/x/y.c`. Unique in one audit. */
  readonly id: string;
  /** The name of the structure, without `struct`; empty for globals. */
  readonly struct: string;
  /** The member, or the variable. */
  readonly field: string;
  readonly type: CounterType;
  /** An array of counters, or a pointer to one. */
  readonly shape: 'one' | 'array' | 'pointer';
  /** The declaration; its range is that of the type's words. */
  readonly declared: Span;
  /** The comment on or above the declaration; empty if there is none. */
  readonly comment: string;
  /** In order of file and place. */
  readonly sites: readonly Site[];
  readonly escapes: readonly Escape[];
  /** Structures that embed this one at a known place: `tcp_sock`, of `sock.sk_refcnt`. */
  readonly embeddedIn: readonly string[];
}

/** What of a file could not be read or attributed. */
export interface Loss {
  /** Op calls by the text alone, outside of comments, strings and the implementation of the ops. */
  readonly written: number;
  /** Of these, attributed to a counter; through a wrapper counts once. */
  readonly attributed: number;
  /** Of these, in functions that take the counter by pointer: charged to their callers. */
  readonly inWrappers: number;
  /** Neither; the places of the first hundred are in `lost`. */
  readonly lostCount: number;
  readonly lost: readonly (Place & { readonly why: string })[];
}

/** A file that was not read, and why: too large, not text, not readable, a loop of links, nested too deeply. */
export interface Skipped {
  readonly file: string;
  readonly why: string;
}

/** Everything that an audit found out before it judged. */
export interface Census {
  readonly counters: readonly Counter[];
  readonly loss: Loss;
  readonly skipped: readonly Skipped[];
  /** Files were named one by one: what a header of them declares may be used by others, which are out of sight. */
  readonly isPart?: true;
  /** Files looked at, files parsed, files whose facts came from the cache. */
  readonly files: { readonly seen: number; readonly parsed: number; readonly cached: number };
}
