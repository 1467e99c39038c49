/** Names that stand for the counter's address. */
export interface Pointers {
  /** By the body that they stand in: parameters and variables. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Parameters of functions, `ref_get#0`. */
  readonly params: ReadonlySet<string>;
  /** Macros and functions that do nothing but give it: `#define peer_refs(p) (&(p)->refs)`. */
  readonly accessors: ReadonlySet<string>;
}
