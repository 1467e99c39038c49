import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { WordIndex } from '../run/access.ts';
import { grown } from '../run/grown.ts';
import { type AccessListener, DONE, type Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';

const { COUNT, LIST, FREED, FACTS } = WordIndex;

/** How many features are distinguished: a feature is a hash below this. */
export const FEATURES = 1 << 16;

/** Features from here on are signatures of divergences. */
export const SIGNATURE_FEATURES = FEATURES - (1 << 13);

/** What a feature is about: enters its hash, so that one kind does not hide behind another. */
const ABOUT = { ACCESS: 1, OVERLAP: 2, RETURN: 3, SIGNATURE: 4, SITE: 5 } as const;

/**
 * Notes what programs do to a subject, so that a search can tell a program that does something new from one that does
 * not. The features:
 *
 * - an access of an op, with the class of the value it met;
 * - an access while another thread stands between two accesses of its own op: both ops, both kinds of access, and the
 *   class of the value. These are the windows;
 * - what an op returned and warned, with the class of the value it left (schemes: with the facts of the object's life);
 * - a divergence's signature that the program shows.
 *
 * A feature is a hash below FEATURES, as in the bitmap of AFL. Two features may share a number; then a program is
 * missed that would have been kept, and nothing else happens.
 *
 * They say nothing of node numbers, which depend on the order in which trees grew, so they are the same in every
 * process.
 */
export class Coverage implements AccessListener {
  /** 1 for each feature that was seen before. The search of a shard starts with what its round knows. */
  seen = new Uint8Array(FEATURES);
  /** Features that the current program is the first to show. */
  readonly fresh: number[] = [];
  readonly #trees: TransitionTrees;
  /** By node, and by outcome: what of its feature does not change; 0 before it is known. */
  #sites = new Int32Array(1024);
  #outcomes = new Int32Array(64);
  #generation = 0;

  /** @param trees of the subject whose machines it will listen to */
  constructor(trees: TransitionTrees) {
    this.#trees = trees;
  }

  /** A program begins. */
  begin(): void {
    this.fresh.length = 0;
  }

  /** A divergence was met, known or not. */
  signature(signature: string): void {
    let hash: number = ABOUT.SIGNATURE;
    for (let at = 0; at < signature.length; at++) hash = mixed(hash, signature.charCodeAt(at));
    this.#note(SIGNATURE_FEATURES + ((hash >>> 1) % (FEATURES - SIGNATURE_FEATURES)));
  }

  /** An access of a machine. Called for each: this is the hot path of a campaign with feedback. */
  step(machine: Machine, thread: number, node: number, old: number, outcome: number): void {
    // A machine drops its trees when it starts: nobody else knows that it will.
    if (this.#trees.generation !== this.#generation) this.#forget();
    const isScheme = this.#trees.subject.kind === 'scheme';
    const site = this.#site(node);
    const { words } = machine;
    const met = isScheme ? metByScheme(this.#trees.word[node]!, old, words) : classOf(old);
    this.#noteStep(mixed(mixed(ABOUT.ACCESS, site), met));
    for (let other = 0; other < machine.threadCount; other++) {
      const at = machine.node[other]!;
      if (other === thread || at === DONE || this.#trees.isRoot[at] === 1) continue;
      this.#noteStep(
        mixed(mixed(mixed(ABOUT.OVERLAP, site), this.#site(at)), isScheme ? words[FREED]! : met),
      );
    }
    if (outcome < 0) return;
    const left = isScheme ? words[FACTS]! : classOf(words[COUNT]!);
    this.#noteStep(mixed(mixed(mixed(ABOUT.RETURN, site), this.#outcome(outcome)), left));
  }

  /** Nodes and outcomes have other numbers now. */
  #forget(): void {
    this.#generation = this.#trees.generation;
    this.#sites.fill(0);
    this.#outcomes.fill(0);
  }

  #noteStep(hash: number): void {
    this.#note((hash >>> 1) % SIGNATURE_FEATURES);
  }

  #note(feature: number): void {
    if (this.seen[feature] !== 0) return;
    this.seen[feature] = 1;
    this.fresh.push(feature);
  }

  /** The op, the kind of access, and the word. Its arguments are left out: they would make a feature of each value. */
  #site(node: number): number {
    if (node >= this.#sites.length) this.#sites = grown(this.#sites, node);
    const known = this.#sites[node]!;
    if (known !== 0) return known;
    const trees = this.#trees;
    const call = trees.callOf(node);
    const op = call < 0 ? -1 : trees.alphabet.opNames.indexOf(trees.alphabet.call(call).op);
    // Small numbers are mixed one by one: the op and the kind alone, as a difference of bits, would often be the same.
    const parts = [op + 2, trees.kind[node]!, 2 * trees.word[node]! + trees.isRoot[node]!];
    const site = parts.reduce(mixed, ABOUT.SITE) || 1;
    this.#sites[node] = site;
    return site;
  }

  #outcome(id: number): number {
    if (id >= this.#outcomes.length) this.#outcomes = grown(this.#outcomes, id);
    const known = this.#outcomes[id]!;
    if (known !== 0) return known;
    const { result, warnings } = this.#trees.outcomeOf(id);
    let hash = typeof result === 'number' ? classOf(result) : textHash(String(result));
    for (const { text } of warnings) hash = mixed(hash, textHash(text));
    this.#outcomes[id] = hash || 1;
    return hash || 1;
  }
}

/** What an op of a scheme met: the value, where the object is linked, and whether it has been freed. */
function metByScheme(word: number, old: number, words: Int32Array): number {
  const value = word === COUNT ? classOf(old) : old & 7;
  return 64 * value + 8 * words[LIST]! + words[FREED]!;
}

/** Where a value lies: at an edge, beside one, or in one of the stretches between them. */
function classOf(value: number): number {
  if (value >= -2 && value <= 2) return value + 3;
  if (value > 0) return value >= INT_MAX - 1 ? 6 + (INT_MAX - value) : 8;
  if (value <= INT_MIN + 1) return 9 + (value - INT_MIN);
  const fromPin = value - REFCOUNT_SATURATED;
  if (fromPin === 0) return 11;
  return fromPin > 0 ? 12 : 13;
}

function textHash(text: string): number {
  let hash = 17;
  for (let at = 0; at < text.length; at++) hash = mixed(hash, text.charCodeAt(at));
  return hash;
}

/** One round of the finalizer of MurmurHash3. */
function mixed(hash: number, value: number): number {
  let mix = Math.imul(hash ^ value, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}
