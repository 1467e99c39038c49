import type { Counter, Op, Site } from '../census/counter.ts';
import type { Chosen, Role } from './chosen.ts';
import { callsIn, type FunctionFacts, factsOf } from './function-facts.ts';
import { helpersAmong, uncalled } from './helpers.ts';
import { isDown, loopOf } from './loop-direction.ts';
import { objectTypesOf } from './object-types.ts';
import type { SourceIndex } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/**
 * What is run, and what touches the counter and is not.
 *
 * Every function that touches the counter is in one of the two. A protocol from which one was dropped in silence
 * would be checked as if it were whole.
 */
export interface Choice {
  readonly chosen: readonly Chosen[];
  readonly left: readonly {
    readonly fn: string;
    readonly file: string;
    readonly line: number;
    readonly why: string;
  }[];
}

/**
 * More ops than these make programs of two threads many, and add little.
 *
 * Two threads run each op beside each other one, so programs grow at least with the square of this number.
 */
const MOST_OPS = 9;

/** Ops that raise the count, whatever it is: whoever calls one has a reference, or a lock that keeps the object. */
const TAKES: readonly Op[] = [
  'inc',
  'add',
  'inc_return',
  'add_return',
  'inc_and_test',
  'inc_unless_negative',
];
/** Ops that raise it while the object lives, and are refused else: the object may have been found on its way out. */
const TRIES: readonly Op[] = ['inc_not_zero', 'add_not_zero', 'add_unless'];
/**
 * Ops that lower it. Those that refuse to take the last reference belong to a put that goes on under a lock:
 *
 *     if (atomic_add_unless(&p->refs, -1, 1))         dec_not_one
 *     	return;
 *     spin_lock(&peers_lock);
 *     if (atomic_dec_and_test(&p->refs))              dec_and_test
 *     	list_del(&p->link);
 */
const PUTS: readonly Op[] = [
  ...(['dec', 'sub', 'dec_return', 'sub_return', 'dec_and_test', 'sub_and_test', 'dec_and_lock'] as const),
  ...(['dec_not_one', 'dec_if_one', 'dec_if_positive', 'add_negative', 'dec_unless_positive'] as const),
];

/**
 * Which functions of the tree become ops and states.
 *
 * Functions with ops of their own come first, each by its role; then those that get at the counter through one of
 * them. Of several that make the object one is taken: a state is set up in one way.
 */
export function chooseFunctions(counter: Counter, index: SourceIndex): Choice {
  const objectTypes = objectTypesOf(counter, index);
  const left: Choice['left'][number][] = [];
  const direct: Chosen[] = [];
  for (const sites of byFunction(counter.sites)) {
    const [{ fn, file, line }] = sites as [Site];
    const leave = (why: string) => left.push({ fn, file, line, why });
    const definition = index
      .file(file)
      .definitions.get(fn)
      ?.find(({ kind }) => kind === 'function');
    const facts = definition && factsOf(definition);
    // The value of a static variable: it tells where the count starts, and is no function.
    if (fn === '') continue;
    if (sites.every(({ attribution }) => attribution === 'by name in the tree'))
      leave('is told by the name of the member alone');
    else if (!facts) leave('could not be made out');
    else {
      const role = roleOf(facts, sites, objectTypes);
      if (role) direct.push({ facts, role, sites });
      else if (sites.some(({ op }) => op === 'cmpxchg' || op === 'xchg')) leave('exchanges the count');
      else leave('only reads the count');
    }
  }
  const all = [...direct, ...callersOf(direct, index, objectTypes)];
  const helpers = helpersAmong(all, index);
  const ranked = all
    .filter((one) => one.role !== 'creates' && !helpers.has(one))
    .sort((one, other) => rank(one) - rank(other));
  const created = all.filter(({ role }) => role === 'creates');
  const taken = ranked.slice(0, MOST_OPS);
  for (const { facts, sites } of [...ranked.slice(MOST_OPS), ...uncalled(helpers, taken)]) {
    const { file, line } = sites[0] ?? facts.definition;
    left.push({ fn: facts.name, file, line, why: `is one more than the ${MOST_OPS} that are taken` });
  }
  for (const { facts, sites } of created.slice(1))
    left.push({
      file: sites[0]!.file,
      line: sites[0]!.line,
      fn: facts.name,
      why: `makes the object as ${created[0]!.facts.name} does, or in another way`,
    });
  return { chosen: [...created.slice(0, 1), ...taken], left };
}

/**
 * Sites of one function, in the order of the first of each.
 *
 * The file is a part of the key: two drivers may each have a static `release()`.
 */
function byFunction(sites: readonly Site[]): Site[][] {
  const groups = new Map<string, Site[]>();
  for (const site of sites) {
    const key = `${site.file}:${site.fn}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()];
}

/**
 * By its ops, its parameters and what it calls; undefined for one that only looks.
 *
 *     bool  get(struct peer *)       inc_not_zero                   tries
 *     void  hold(struct peer *)      inc                            takes
 *     peer *find(struct net *, int)  inc, below list_for_each_entry finds
 *     void  put(struct peer *)       dec_and_test                   puts
 *     void  gc(struct net *)         read == 0, then list_del       acts
 */
function roleOf(
  facts: FunctionFacts,
  sites: readonly Site[],
  objectTypes: ReadonlySet<string>,
): Role | undefined {
  const has = (ops: readonly Op[]) => sites.some(({ op }) => ops.includes(op));
  const loops = new Set(sites.map((site) => loopOf(facts, site)));
  const makes = sites.some(({ op, isCreation }) => (op === 'init' || op === 'set') && isCreation !== false);
  const takes = has(TAKES);
  const tries = sites.some((site) => TRIES.includes(site.op) && !isDown(site)) || loops.has('up');
  const puts =
    has(PUTS) || sites.some((site) => TRIES.includes(site.op) && isDown(site)) || loops.has('down');
  // Who sets the count and moves it as well works on an object that lives.
  if (makes && !takes && !tries && !puts) return 'creates';
  // Of both at once nobody can tell from the ops what the caller holds afterwards.
  if (puts && (takes || tries)) return 'acts';
  // Only what nobody holds is claimed: `cmpxchg(&refs, 1, 0)` of a shrinker gives back no reference of its caller's.
  if (puts && sites.every(({ op }) => op === 'dec_if_one' || op === 'read')) return 'acts';
  // Not handed the object, and takes it out: the reference is that of the list, as in a shrinker.
  if (puts) return unlinks(facts) && !isHanded(facts, objectTypes) ? 'acts' : 'puts';
  if (takes || tries) {
    if (looksUp(facts) || !isHanded(facts, objectTypes)) return 'finds';
    return tries ? 'tries' : 'takes';
  }
  return has(['read', 'cmpxchg', 'xchg']) &&
    sites.some(({ use }) => use.result === 'tested' && (decides(use) || unlinks(facts)))
    ? 'acts'
    : undefined;
}

/**
 * A read that decides whether something goes, or is taken out.
 *
 *     if (atomic_read(&p->refs) == 0)
 *     	kfree(p);                       decides
 *     if (atomic_read(&p->refs) > 1)
 *     	pr_info("busy\n");              does not
 */
function decides({ whenTrue, whenFalse }: Site['use']): boolean {
  return [whenTrue, whenFalse].some(
    (branch) =>
      branch && (branch.frees.length > 0 || branch.calls.some(({ callee }) => isFor(callee, 'unlinks'))),
  );
}

/**
 * A parameter is the object itself, not something that leads to it.
 *
 * `peer_put(struct peer *peer)` is handed it, `peer_gc(struct net *net)` is not.
 */
function isHanded({ params }: FunctionFacts, objectTypes: ReadonlySet<string>): boolean {
  return params.some(({ type }) => objectTypes.has(type));
}

/** It walks over a list, a tree or a table, so it has the object from there. */
function looksUp({ body }: FunctionFacts): boolean {
  return callsIn(body).some(({ callee }) => isFor(callee, 'lookup'));
}

/** It takes something out of one. */
function unlinks({ body }: FunctionFacts): boolean {
  return callsIn(body).some(({ callee }) => isFor(callee, 'unlinks'));
}

/**
 * Functions of the same files that look an object up and hand it to one that takes a reference, or take one out and drop the
 * reference of the list: without them nobody who has no reference comes by one.
 *
 *     struct peer *peer_find(struct net *net, int key)     looks it up and calls peer_get()     finds
 *     void peer_forget(struct net *net, int key)           list_del() and peer_put()            acts
 *     void peer_show(struct net *net, int key)             peer_find(), reads, peer_put()       neither
 *
 * Only one step up: further callers are users, and what they do is a sequence of ops that are there already.
 */
function callersOf(
  direct: readonly Chosen[],
  index: SourceIndex,
  objectTypes: ReadonlySet<string>,
): Chosen[] {
  const by = (...roles: readonly Role[]) =>
    new Set(direct.filter(({ role }) => roles.includes(role)).map(({ facts }) => facts.name));
  const [getters, putters] = [by('takes', 'tries'), by('puts')];
  const known = new Set(direct.map(({ facts }) => facts.name));
  const found: Chosen[] = [];
  for (const path of new Set(direct.map(({ facts }) => facts.definition.file))) {
    for (const definitions of index.file(path).definitions.values()) {
      const facts = definitions[0]!.kind === 'function' ? factsOf(definitions[0]!) : undefined;
      if (!facts || known.has(facts.name)) continue;
      const names = callsIn(facts.body).map(({ callee }) => callee);
      const isAbout = [...facts.variables.values()].some((type) => objectTypes.has(type));
      if (!isAbout) continue;
      const [gets, puts] = [getters, putters].map((set) => names.some((name) => set.has(name)));
      const finds = looksUp(facts) || (objectTypes.has(facts.returns) && !isHanded(facts, objectTypes));
      // One that puts what it got, and returns no object, leaves its caller with nothing.
      if (gets && finds && (!puts || objectTypes.has(facts.returns)))
        found.push({ facts, role: 'finds', sites: [] });
      else if (puts && unlinks(facts)) found.push({ facts, role: 'acts', sites: [] });
    }
  }
  return found;
}

/**
 * Lower comes first: a put that frees, then what finds, then the rest; of equals the shorter.
 *
 * Without a put that frees no count comes to its end, and without one that finds nobody new gets at the object: so
 * these are never what is left out for want of room. A line counts a hundredth, which decides between equals.
 */
function rank({ facts, role, sites }: Chosen): number {
  const frees = sites.some(
    ({ op }) => op === 'dec_and_test' || op === 'sub_and_test' || op === 'dec_and_lock',
  );
  const order: Readonly<Record<Role, number>> = {
    creates: 0,
    puts: 2,
    finds: 2,
    tries: 3,
    takes: 3,
    acts: 4,
  };
  const lines = facts.definition.node.endPosition.row - facts.definition.node.startPosition.row;
  return (frees ? 1 : order[role]) + lines / 100;
}
