import type { Counter, Op, Site } from '../census/counter.ts';
import { callsIn, type FunctionFacts, factsOf } from './function-facts.ts';
import type { SourceIndex } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/**
 * What a function does to the counter, and so which declaration of refuzz's it becomes.
 *
 *     finds     looks the object up and takes a reference            REFUZZ_GET
 *     tries     takes one on what it is handed, or is refused        REFUZZ_GET, in a read section
 *     takes     takes one on what it is handed                       REFUZZ_DUP
 *     puts      gives one back                                       REFUZZ_PUT
 *     acts      unlinks, collects, or does both                      REFUZZ_ACT
 *     creates   sets the count of a new object                       REFUZZ_STATE
 */
export type Role = 'finds' | 'tries' | 'takes' | 'puts' | 'acts' | 'creates';

/** A function that is run, or one that makes the object. */
export interface Chosen {
  readonly facts: FunctionFacts;
  readonly role: Role;
  /** Its ops on the counter; none of a function that calls one that has some. */
  readonly sites: readonly Site[];
}

/** What is run, and what touches the counter and is not. */
export interface Choice {
  readonly chosen: readonly Chosen[];
  readonly left: readonly {
    readonly fn: string;
    readonly file: string;
    readonly line: number;
    readonly why: string;
  }[];
}

/** More ops than these make programs of two threads many, and add little. */
const MOST_OPS = 9;

const TAKES: readonly Op[] = [
  'inc',
  'add',
  'inc_return',
  'add_return',
  'inc_and_test',
  'inc_unless_negative',
];
const TRIES: readonly Op[] = ['inc_not_zero', 'add_not_zero', 'add_unless'];
const PUTS: readonly Op[] = [
  ...(['dec', 'sub', 'dec_return', 'sub_return', 'dec_and_test', 'sub_and_test', 'dec_and_lock'] as const),
  ...(['dec_not_one', 'dec_if_one', 'dec_if_positive', 'add_negative', 'dec_unless_positive'] as const),
];

/** Pointers to the object, as declarations write them. */
export function objectTypesOf(counter: Counter, index: SourceIndex): ReadonlySet<string> {
  const { struct } = counter;
  if (struct === '') return new Set();
  const named = new RegExp(`\\btypedef\\s+struct\\s+${struct}\\s+(\\w+)\\s*;|\\}\\s*(\\w+);`, 'g');
  const types = [`struct ${struct} *`, `union ${struct} *`];
  for (const path of index.paths)
    for (const [, short, behind] of index.text(path).matchAll(named))
      if (short) types.push(`${short} *`);
      else if (path === counter.declared.file && isTypedefOf(index, path, behind!, struct))
        types.push(`${behind} *`);
  return new Set(types);
}

/** `typedef struct peer { … } peer_t;`, and `typedef struct { … } peer;`, whose structure has its name alone. */
function isTypedefOf(index: SourceIndex, path: string, name: string, struct: string): boolean {
  const found = index
    .file(path)
    .definitions.get(name)
    ?.find(({ kind }) => kind === 'typedef');
  const tag = found?.node.childForFieldName('type')?.childForFieldName('name')?.text;
  return found !== undefined && (tag === struct || (tag === undefined && name === struct));
}

/** Which functions of the tree become ops and states. */
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
    if (fn === '') continue;
    if (sites.every(({ attribution }) => attribution === 'by name in the tree'))
      leave('is told by the name of the member alone');
    else if (!facts) leave('could not be made out');
    else {
      const role = roleOf(facts, sites, objectTypes);
      if (role) direct.push({ facts, role, sites });
      else leave('only reads the count');
    }
  }
  const all = [...direct, ...callersOf(direct, index, objectTypes)];
  const ranked = all.filter(({ role }) => role !== 'creates').sort((one, other) => rank(one) - rank(other));
  for (const { facts, sites } of ranked.slice(MOST_OPS)) {
    const { file, line } = sites[0] ?? facts.definition;
    left.push({ fn: facts.name, file, line, why: `is one more than the ${MOST_OPS} that are taken` });
  }
  const created = all.filter(({ role }) => role === 'creates');
  for (const { facts, sites } of created.slice(1))
    left.push({
      file: sites[0]!.file,
      line: sites[0]!.line,
      fn: facts.name,
      why: `makes the object as ${created[0]!.facts.name} does, or in another way`,
    });
  return { chosen: [...created.slice(0, 1), ...ranked.slice(0, MOST_OPS)], left };
}

function byFunction(sites: readonly Site[]): Site[][] {
  const groups = new Map<string, Site[]>();
  for (const site of sites) {
    const key = `${site.file}:${site.fn}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()];
}

function roleOf(
  facts: FunctionFacts,
  sites: readonly Site[],
  objectTypes: ReadonlySet<string>,
): Role | undefined {
  const has = (ops: readonly Op[]) => sites.some(({ op }) => ops.includes(op));
  const makes = sites.some(({ op, isCreation }) => (op === 'init' || op === 'set') && isCreation !== false);
  const [takes, tries, puts] = [has(TAKES), has(TRIES), has(PUTS)];
  if (makes && !takes && !tries && !puts) return 'creates';
  if (puts && (takes || tries)) return 'acts';
  if (puts) return unlinks(facts) && !isHanded(facts, objectTypes) ? 'acts' : 'puts';
  if (takes || tries) {
    if (looksUp(facts) || !isHanded(facts, objectTypes)) return 'finds';
    return tries ? 'tries' : 'takes';
  }
  return has(['read', 'cmpxchg', 'xchg']) && sites.some(({ use }) => use.result === 'tested' && (decides(use) || unlinks(facts)))
    ? 'acts'
    : undefined;
}

/** A read that decides whether something goes, or is taken out. */
function decides({ whenTrue, whenFalse }: Site['use']): boolean {
  return [whenTrue, whenFalse].some(
    (branch) =>
      branch && (branch.frees.length > 0 || branch.calls.some(({ callee }) => isFor(callee, 'unlinks'))),
  );
}

function isHanded({ params }: FunctionFacts, objectTypes: ReadonlySet<string>): boolean {
  return params.some(({ type }) => objectTypes.has(type));
}

function looksUp({ body }: FunctionFacts): boolean {
  return callsIn(body).some(({ callee }) => isFor(callee, 'lookup'));
}

function unlinks({ body }: FunctionFacts): boolean {
  return callsIn(body).some(({ callee }) => isFor(callee, 'unlinks'));
}

/**
 * Functions of the same files that look an object up and hand it to one that takes a reference, or take one out and drop the
 * reference of the list: without them nobody who has no reference comes by one.
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
      if (gets && finds && (!puts || objectTypes.has(facts.returns)))
        found.push({ facts, role: 'finds', sites: [] });
      else if (puts && unlinks(facts))
        found.push({ facts, role: 'acts', sites: [] });
    }
  }
  return found;
}

/** Lower comes first: a put that frees, then what finds, then the rest; of equals the shorter. */
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
