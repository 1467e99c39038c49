import type { Node } from 'web-tree-sitter';
import type { Counter } from '../census/counter.ts';
import type { Chosen } from './chosen.ts';
import type { Slice } from './cut.ts';
import { baseOf, type Call, callsIn, type FunctionFacts, factsOf, identifiersIn } from './function-facts.ts';
import { ownHeaders } from './offered.ts';
import { type Criterion, sliceOf } from './slice.ts';
import type { Definition, SourceIndex } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/**
 * The functions that are written out, sliced; those that are run come with those that they call.
 *
 * Both grow together, see `takeFunctions`: a slice depends on the members, and finds more of them.
 */
export interface Taken {
  readonly slices: readonly Slice[];
  /** Members on which some kept statement depends. */
  readonly members: Set<string>;
}

/** How deep a callee is looked into for something that has a part. */
const DEEPEST = 3;

/**
 * A static function of so few lines is taken where its answer is asked for.
 *
 * `static bool peer_idle(struct peer *peer) { return peer->used == 0; }` says itself what a stub would have to be told.
 */
const FEW_LINES = 14;

/** A round makes more members matter, and these more statements; few trees need a third. */
const MOST_ROUNDS = 6;

/** What functions are taken from, and for whom. */
export interface TakeFrom {
  readonly counter: Counter;
  readonly chosen: readonly Chosen[];
  readonly objectTypes: ReadonlySet<string>;
  readonly index: SourceIndex;
  /** The statements that set the object up, as far as these members matter. */
  readonly settingUp: (members: ReadonlySet<string>) => readonly Node[];
}

/**
 * Slices the functions that are run, and takes what these call in the files at hand, as far as it has a part: it has ops on
 * the counter, is handed the object and frees, unlinks, locks or queues something, or finds an object. What sets the object
 * up may name callbacks, which belong to it: `INIT_WORK(&cart->work, cart_unload)`.
 */
export function takeFunctions(from: TakeFrom): Taken {
  const { counter, chosen } = from;
  const members = new Set([counter.field]);
  const creator = chosen.find(({ role }) => role === 'creates')?.facts;
  const withOps = new Set(
    counter.sites.filter(({ op }) => op !== 'init' && op !== 'read').map(({ fn }) => fn),
  );
  const taking = new Taking(from.index, from.objectTypes, withOps, new Set(creator ? [creator.name] : []));
  const run = chosen.filter(({ role }) => role !== 'creates').map(({ facts }) => facts);
  let slices: Slice[] = [];
  const globals = new Set<string>();
  const known = () => members.size + globals.size;
  for (let round = 0, before = -1; round < MOST_ROUNDS && (round < 2 || before !== known()); round++) {
    before = known();
    slices = [];
    const queue = [...run];
    const met = new Set(run.map(({ name }) => name));
    const add = (found: readonly FunctionFacts[]) => {
      for (const next of found) {
        if (met.has(next.name)) continue;
        met.add(next.name);
        queue.push(next);
      }
    };
    // In the first round nothing is known to matter yet, so nothing that sets it up would stay.
    if (creator && round > 0) add(taking.calledBy({ facts: creator, kept: from.settingUp(members) }));
    for (const facts of queue) {
      const slice = sliceOf(facts, {
        ...criterionOf(from, facts, members, taking),
        globals,
        isCalled: !run.includes(facts),
      });
      slices.push(slice);
      add(taking.calledBy(slice));
    }
  }
  return { slices, members };
}

/** Sites of the function's own file alone, as their ranges are offsets there. */
function criterionOf(
  { counter, objectTypes }: TakeFrom,
  { definition: { file } }: FunctionFacts,
  members: Set<string>,
  taking: Taking,
): Omit<Criterion, 'isCalled' | 'globals'> {
  const sites = counter.sites.filter((site) => site.file === file).map(({ from, to }) => [from, to] as const);
  return { objectTypes, members, sites, takes: (call, facts, vars) => taking.takes(call, facts, vars) };
}

/** Decides which callees are taken. */
class Taking {
  readonly #index: SourceIndex;
  readonly #objectTypes: ReadonlySet<string>;
  readonly #withOps: ReadonlySet<string>;
  readonly #made: ReadonlySet<string>;
  readonly #acting = new Map<string, boolean>();

  constructor(
    index: SourceIndex,
    objectTypes: ReadonlySet<string>,
    withOps: ReadonlySet<string>,
    made: ReadonlySet<string>,
  ) {
    this.#index = index;
    this.#objectTypes = objectTypes;
    this.#withOps = withOps;
    this.#made = made;
  }

  /**
   * Whether a call has a part. Ops on the counter always have; else the object must be handed over, and something be done to it;
   * or the callee gives one, as `__peer_find(net, key)` does.
   */
  takes({ callee, args }: Call, facts: FunctionFacts, vars: ReadonlySet<string>): boolean {
    // An object is made where a state is set up, and nowhere else.
    if (callee === '' || this.#made.has(callee)) return false;
    const found = this.#definitionOf(callee, facts);
    if (!found) return false;
    if (this.#withOps.has(callee)) return true;
    const inner = factsOf(found);
    if (!inner) return false;
    const handsObject = args.some((arg) => {
      const type = facts.variables.get(arg.text) ?? '';
      return this.#objectTypes.has(type) || (vars.has(baseOf(arg)) && /^\s*&/.test(arg.text));
    });
    const finds = this.#objectTypes.has(inner.returns);
    return finds || (handsObject && this.#acts(inner, DEEPEST));
  }

  /** What a slice calls, or names as a callback, and is to be written out with it. */
  calledBy({ facts, kept }: Pick<Slice, 'facts' | 'kept'>): FunctionFacts[] {
    const found: FunctionFacts[] = [];
    for (const node of kept) {
      const calls = callsIn(node);
      const named = new Map(calls.map((call) => [call.callee, call]));
      for (const name of identifiersIn(node)) {
        if (facts.variables.has(name) || this.#made.has(name)) continue;
        const inner = factsOf(this.#definitionOf(name, facts) ?? NOTHING);
        const call = named.get(name);
        if (inner && (!call || this.#isNeeded(call, inner, facts))) found.push(inner);
      }
    }
    return found;
  }

  /** A callee whose name is met in what is kept: it is taken too if its answer is asked for and it is small enough to be read. */
  #isNeeded(call: Call, inner: FunctionFacts, facts: FunctionFacts): boolean {
    const vars = new Set(facts.variables.keys());
    return this.takes(call, facts, vars) || isFor(inner.name, 'lock') || this.#isSmall(inner);
  }

  /**
   * Of a few lines, in which everything is known: it asks for a member, or for what contains one.
   *
   * A callee of its own would have to be taken in its turn, and so on: so what it calls must be plain.
   */
  #isSmall(inner: FunctionFacts): boolean {
    const { node, file } = inner.definition;
    const lines = node.endPosition.row - node.startPosition.row;
    return lines <= FEW_LINES && callsIn(inner.body).every(({ callee }) => this.#isPlain(callee, file));
  }

  /** Nothing that such a function calls needs to be taken in its turn. */
  #isPlain(callee: string, file: string): boolean {
    return (
      isFor(callee, 'word', 'structure', 'lock', 'neutral') ||
      callee === 'container_of' ||
      this.#index.find(callee, ['macro'], file) !== undefined
    );
  }

  /**
   * Whether anything is done that a protocol is made of, here or in what is called. One that calls itself adds nothing by that.
   *
   *     static void peer_free_rcu(struct peer *peer) { call_rcu(&peer->rcu, peer_free); }     acts
   *     static void peer_name(struct peer *peer, char *to) { strcpy(to, peer->name); }        does not
   */
  #acts(facts: FunctionFacts, depth: number): boolean {
    const key = `${facts.definition.file}:${facts.name}`;
    const known = this.#acting.get(key);
    if (known !== undefined) return known;
    this.#acting.set(key, false);
    const acts = callsIn(facts.body).some(({ callee }) => {
      if (this.#withOps.has(callee) || isFor(callee, 'free', 'structure', 'time', 'lock', 'word'))
        return true;
      const inner = depth > 0 ? factsOf(this.#definitionOf(callee, facts) ?? NOTHING) : undefined;
      return inner !== undefined && this.#acts(inner, depth - 1);
    });
    this.#acting.set(key, acts);
    return acts;
  }

  /** Not of refuzz's own headers: those of the kernel's that these stand for say the same at length. */
  #definitionOf(name: string, { definition: { file } }: FunctionFacts): Definition | undefined {
    if (isFor(name, 'neutral') || ownHeaders().headerOf(name)) return undefined;
    return this.#index.find(name, ['function'], file);
  }
}

/** In the place of a definition that is not there: without a body it has no facts. */
const NOTHING = { node: { childForFieldName: () => null } } as unknown as Definition;
