import type { Counter } from '../census/counter.ts';
import type { Chosen } from './choose-functions.ts';
import { baseOf, type Call, callsIn, type FunctionFacts, factsOf, identifiersIn } from './function-facts.ts';
import { ownHeaders } from './offered.ts';
import { type Criterion, type Slice, sliceOf } from './slice.ts';
import type { Definition, SourceIndex } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/** The functions that are written out, sliced; those that are run come with those that they call. */
export interface Taken {
  readonly slices: readonly Slice[];
  /** Members on which some kept statement depends. */
  readonly members: Set<string>;
}

/** How deep a callee is looked into for something that has a part. */
const DEEPEST = 3;

/** A static function of so few lines is taken where its answer is asked for. */
const FEW_LINES = 14;

/** A round makes more members matter, and these more statements; few trees need a third. */
const MOST_ROUNDS = 6;

/**
 * Slices the functions that are run, and takes what these call in the files at hand, as far as it has a part: it has ops on
 * the counter, is handed the object and frees, unlinks, locks or queues something, or finds an object.
 */
export function takeFunctions(
  counter: Counter,
  chosen: readonly Chosen[],
  objectTypes: ReadonlySet<string>,
  index: SourceIndex,
): Taken {
  const members = new Set([counter.field]);
  const made = new Set(chosen.filter(({ role }) => role === 'creates').map(({ facts }) => facts.name));
  const withOps = new Set(
    counter.sites.filter(({ op }) => op !== 'init' && op !== 'read').map(({ fn }) => fn),
  );
  const taking = new Taking(index, objectTypes, withOps, made);
  let slices: Slice[] = [];
  for (let round = 0, before = -1; round < MOST_ROUNDS && before !== members.size; round++) {
    before = members.size;
    slices = [];
    const queue = chosen.filter(({ role }) => role !== 'creates').map(({ facts }) => facts);
    const known = new Set(queue.map(({ name }) => name));
    for (const facts of queue) {
      const slice = sliceOf(facts, criterionOf(counter, facts, objectTypes, members, taking));
      slices.push(slice);
      for (const next of taking.calledBy(slice)) {
        if (known.has(next.name)) continue;
        known.add(next.name);
        queue.push(next);
      }
    }
  }
  return { slices, members };
}

function criterionOf(
  counter: Counter,
  { definition: { file } }: FunctionFacts,
  objectTypes: ReadonlySet<string>,
  members: Set<string>,
  taking: Taking,
): Criterion {
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
  calledBy({ facts, kept }: Slice): FunctionFacts[] {
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

  #isNeeded(call: Call, inner: FunctionFacts, facts: FunctionFacts): boolean {
    const vars = new Set(facts.variables.keys());
    return this.takes(call, facts, vars) || isFor(inner.name, 'lock') || this.#isSmall(inner);
  }

  /** Of a few lines, in which everything is known: it asks for a member, or for what contains one. */
  #isSmall(inner: FunctionFacts): boolean {
    const { node, file } = inner.definition;
    const lines = node.endPosition.row - node.startPosition.row;
    return lines <= FEW_LINES && callsIn(inner.body).every(({ callee }) => this.#isPlain(callee, file));
  }

  #isPlain(callee: string, file: string): boolean {
    return (
      isFor(callee, 'word', 'structure', 'lock', 'neutral') ||
      callee === 'container_of' ||
      this.#index.find(callee, ['macro'], file) !== undefined
    );
  }

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

const NOTHING = { node: { childForFieldName: () => null } } as unknown as Definition;
