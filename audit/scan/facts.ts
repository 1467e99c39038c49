import type { Amount, CounterType, Op, Site, Use } from '../census/counter.ts';

/**
 * What one file says, as plain data that survives JSON. Names are short, as a tree has some million facts and a warm run
 * reads them all; what is empty is left out.
 */
export interface FileFacts {
  /** The texts of its includes, with spaces between. */
  readonly includes?: string;
  readonly structs?: readonly StructFact[];
  /** `alias:type`. */
  readonly typedefs?: readonly string[];
  readonly globals?: readonly GlobalFact[];
  readonly functions?: readonly FunctionFact[];
  /** `function:type`: what functions and macros give, if it is a structure or a pointer to one. */
  readonly gives?: readonly string[];
  /** `member:path` of `#define sk_refcnt __sk_common.skc_refcnt`: `sk_refcnt:__sk_common/skc_refcnt`. */
  readonly members?: readonly string[];
  /** `name:path` of what leads to a counter or on to one: `#define users_of(b) (&(b)->users)`, `users_of:P0/users`. */
  readonly leads?: readonly string[];
  /** `member:function` of `INIT_WORK(&x->work, function)`. */
  readonly handlers?: readonly string[];
  readonly sites?: readonly SiteFact[];
  readonly calls?: readonly CallFact[];
  /** Initial values of members: `.f = ATOMIC_INIT(1)`. */
  readonly initials?: readonly InitialFact[];
  readonly escapes?: readonly EscapeFact[];
  /** Op calls by the text alone. */
  readonly written?: number;
  /** Those that the parser did not see as calls: line, text and why. */
  readonly unseen?: readonly (readonly [line: number, text: string, why: string])[];
}

/**
 * A type as a word: a name, with a `*` before it for each level of pointers. Structures are named by their tag, typedefs by
 * theirs; they are told apart where they are looked up.
 */
export type TypeWord = string;

/** A structure. An anonymous one that is a member with a name is `outer.member`. */
export interface StructFact {
  readonly n: string;
  /** `member:type`, of what is a structure, a typedef, or a pointer to one. */
  readonly f?: readonly string[];
  readonly c?: readonly CounterFact[];
  /** Members that a macro makes, of which only the type is known; the declaration is where the macro stands. */
  readonly m?: CounterFact;
}

/** The declaration of a counter. */
export interface CounterFact {
  readonly n: string;
  readonly t: CounterType;
  /** 0: one, 1: an array, 2: a pointer. */
  readonly s: 0 | 1 | 2;
  readonly l: number;
  /** The range of the type's words. */
  readonly a: number;
  readonly b: number;
  /** The line. */
  readonly x: string;
  /** The comment. */
  readonly k?: string;
}

/** A variable outside of functions, or a static one inside. */
export interface GlobalFact {
  readonly n: string;
  readonly t: TypeWord;
  /** 1: `static`, 2: `extern`, 0: neither. */
  readonly s: 0 | 1 | 2;
  /** In this function only. */
  readonly fn?: string;
  readonly c?: CounterFact;
}

/** A function, or a macro that looks like one. */
export interface FunctionFact {
  readonly n: string;
  /** 1: `static`, 2: `inline`, 4: a macro, added up. */
  readonly k: number;
  readonly l: number;
  /** `name:type` of the parameters. */
  readonly p: readonly string[];
  /**
   * The calls that may matter for what is freed: `kfree 0`, `?call_rcu 0.rcu,cb`. A number is a parameter, or what was made of
   * it; a dot is another value. A leading `?` says that it may not be reached.
   */
  readonly c?: readonly string[];
  /** It has ops or calls of its own among the facts. */
  readonly o?: 1;
}

/**
 * An expression as a word: where it begins, and the members that follow.
 *
 *     T*sock/sk_refcnt     a local variable or a parameter of that type
 *     Gname/f              a global, or what is not known
 *     Cname/f              what a function gives
 *     Cname(T*sock~f)/g    the same, with the path of its first argument
 *     P0                   the parameter itself, whatever it is
 *     P0/f, T*s/$1         of macros: a parameter's member, and a parameter that is a member
 */
export type PathWord = string;

/** Where something stands. */
export interface PlaceFact {
  readonly l: number;
  readonly a: number;
  readonly b: number;
  /** The line's text. */
  readonly x: string;
  readonly fn: string;
}

/** An op. */
export interface SiteFact extends PlaceFact {
  readonly op: Op;
  /** As it is written. */
  readonly w: string;
  readonly m?: readonly Amount[];
  readonly o?: Site['order'];
  /** The counter. */
  readonly p: PathWord;
  /** The object. */
  readonly ob: string;
  readonly u: UseFact;
  readonly lk?: readonly string[];
  /** It is made in this function. */
  readonly cr?: 1;
  readonly rel?: string;
}

/** A call that may be one of a wrapper. */
export interface CallFact extends PlaceFact {
  /** What is called. */
  readonly n: string;
  /** The arguments; empty for what is no path. */
  readonly p: readonly PathWord[];
  /** The texts of the arguments, for amounts and objects. */
  readonly m: readonly Amount[];
  readonly u: UseFact;
  readonly lk?: readonly string[];
  readonly cr?: 1;
}

/** `Use` before it is known what the calls on the branches do. */
export interface UseFact {
  readonly r: Use['result'];
  readonly t?: Use['tests'];
  readonly y?: BranchFact;
  readonly n?: BranchFact;
  readonly part?: 1;
}

/**
 * A branch: calls as `?callee line arg,arg.member`, how it leaves, and, where calls may be skipped but each way makes one,
 * the ways through it: `0,2` makes the first and the third call.
 */
export interface BranchFact {
  readonly c?: readonly string[];
  readonly lv?: string;
  readonly w?: readonly string[];
}

/** An initial value. */
export interface InitialFact extends PlaceFact {
  readonly w: string;
  readonly m: Amount;
  readonly p: PathWord;
}

/** An address that goes elsewhere, or a look inside. */
export interface EscapeFact {
  readonly k: 'address' | 'raw';
  readonly l: number;
  readonly x: string;
  readonly fn: string;
  readonly p: PathWord;
  readonly to: string;
}
