import type { Effect, Order } from './ops.ts';
import type { Pointers } from './pointer-names.ts';

/** A comparison, by how C writes it. */
export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What becomes of the result of an op. */
export type Use =
  /** Nothing. */
  | { readonly kind: 'void' }
  /** It decides, as true or false. */
  | { readonly kind: 'truth' }
  /** It is compared, and the comparison decides; the text of what it is compared with. */
  | { readonly kind: 'compare'; readonly relation: Relation; readonly with: string }
  /** It goes elsewhere as a number. */
  | { readonly kind: 'value' };

/** A piece of a source. */
interface Piece {
  /** As `--keep` and `--explain` name it: `peer_put`, or `peer_gc.2` for the second in a function. */
  readonly name: string;
  readonly file: string;
  /** What is replaced when the site has another form: UTF-16 code units of the file. */
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly line: number;
  /** The function, macro or declaration that it stands in. */
  readonly within: string;
  /** As it is written, from `from` to `to`. */
  readonly written: string;
}

/** An op on the counter, with the comparison that it stands in. */
export interface OpSite extends Piece {
  readonly kind: 'op';
  /** As it is called: `atomic_add_unless`. */
  readonly op: string;
  /** The expression of the counter's address. */
  readonly counter: string;
  readonly effect: Effect;
  readonly order: Order;
  readonly use: Use;
  /** For a loop of compare-exchange, whose statements are the site. */
  readonly loop?: LoopOp;
  /** For the exchange of a loop that is no op of refcount_t: why. */
  readonly whyNoLoop?: string;
  /** Where the expression behind `&&` begins, for a test that may be left out as what follows it tests again. */
  readonly until?: number;
}

/** An op that is written out as a loop. */
export interface LoopOp {
  readonly effect: Effect;
  readonly use: Use;
  /** What follows where the op holds, and where it does not; the same for one that nobody asks. */
  readonly granted: Exit;
  readonly refused: Exit;
  /** Its last statement is what a statement expression gives, and what is there then is an expression. */
  readonly gives?: true;
  /** Where it was granted it told the count; what is there then tells only that. */
  readonly tellsCount?: true;
  /** Declarations in it of what is used behind it: places of the file. They stay in front. */
  readonly keeps: readonly (readonly [from: number, to: number])[];
  /** Declarations that nothing needs once the loop is gone, as they are written then; empty for one that goes. */
  readonly orphans: readonly { readonly from: number; readonly to: number; readonly text: string }[];
}

/** How a loop is left. */
export interface Exit {
  /** What is done on the way, the jump at the end included. */
  readonly statements: readonly string[];
  /** Whether it does not go on behind the loop. */
  readonly jumps: boolean;
  /** What it returns, where it does nothing else. */
  readonly returns?: boolean;
  /** The variable that it sets, where it does nothing else. */
  readonly assigns?: { readonly name: string; readonly value: number | string };
}

/** A call of a function that does nothing but one such op: a place where a reference could be kept. */
export interface CallSite extends Piece {
  readonly kind: 'call';
  /** The function that is called. */
  readonly calls: string;
}

/** A last put, with the free behind it: all of that can be left to an RCU callback. */
export interface FreeSite extends Piece {
  readonly kind: 'free';
  /** The expression of the object, and what it is freed with. */
  readonly object: string;
  readonly free: string;
  /** What the function returns where the object was freed; undefined where the site is a statement. */
  readonly returns: string | undefined;
}

/** A place of a source that may have another form. */
export type Site = OpSite | CallSite | FreeSite;

/** What of a source is converted. */
export interface Sites {
  /** In order; a site is named by its number elsewhere. */
  readonly sites: readonly Site[];
  /** Inits and sets where states are set up: they move with the bias, and are no choice. */
  readonly inStates: readonly OpSite[];
  /** The counter's member, and the name of the object's structure. */
  readonly member: string;
  readonly structure: string;
  /** Where the counter lies in it, `ref.n`, and the structure that has the member itself. */
  readonly place: string;
  readonly holder: string;
  /** What else stands for the counter's address: other pointers to an atomic_t stay what they are. */
  readonly pointers: Pointers;
  /** By op: the sites that it may come to. */
  readonly ofOp: ReadonlyMap<string, readonly number[]>;
  /** Sites that no op comes to, nor what runs later: no program says anything of them, and they have their nearest form. */
  readonly unreached: readonly number[];
  /** The sites that what runs later may come to. */
  readonly ofLater: readonly number[];
  /** REFUZZ_BIAS, of a source that has been converted already; 0 where none is declared. */
  readonly bias: number;
  /** Where the object may be linked, by what the source names: a bias may be there alone. */
  readonly places: readonly ('trash' | 'live')[];
  /** Numbers that the count is compared with, other than 0 and 1. */
  readonly constants: readonly number[];
}

/** What a site compares its count with, or sets it to. */
export function constantOf({ use, effect }: OpSite): string {
  if (effect.kind === 'set') return effect.value;
  return use.kind === 'compare' ? onOneLine(use.with) : '0';
}

/** The largest count that a get comes to, as it is written; 0 for one without a limit. */
export function limitOf({ effect }: OpSite): string {
  return (effect.kind === 'get' ? effect.limit : undefined) ?? '0';
}

/** On one line, as a macro's body must be, and without comments. */
export function onOneLine(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\\?\s*\n\s*/g, ' ');
}
