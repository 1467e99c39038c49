import type { Chosen, Role } from './chosen.ts';
import { callsIn, type FunctionFacts } from './function-facts.ts';
import type { SourceIndex } from './source-index.ts';

/**
 * Of the functions that touch a counter, those that are halves of others: nobody but these can call them, so a program in which
 * somebody calls one by itself is none of the kernel's.
 *
 *     static struct peer *__peer_get(struct peer *peer)         inc_not_zero         a helper
 *     struct peer *peer_find(struct net *net, int key)          calls it             the op
 *     static void peer_drop(struct peer *peer)                  dec_and_test         no helper: a table of callbacks names it
 *
 * They are written out all the same, with what calls them.
 *
 * @param chosen all that would be ops, and what creates
 */
export function helpersAmong(chosen: readonly Chosen[], index: SourceIndex): ReadonlySet<Chosen> {
  const candidates = new Map(
    chosen.flatMap((one) => {
      const callers = canBeHelper(one) ? callersOf(one, chosen, index) : undefined;
      return callers ? [[one, callers] as const] : [];
    }),
  );
  // From those that are ops on: two that call each other, and nobody else does, would hide one another.
  const helpers = new Set<Chosen>();
  for (let before = -1; before !== helpers.size; ) {
    before = helpers.size;
    for (const [one, callers] of candidates)
      if (callers.some((caller) => isLike(caller, one) && (helpers.has(caller) || !candidates.has(caller))))
        helpers.add(one);
  }
  return helpers;
}

/** Those that nobody runs after all, as there was no room for what calls them. */
export function uncalled(helpers: ReadonlySet<Chosen>, taken: readonly Chosen[]): readonly Chosen[] {
  const called = new Set<string>();
  // The helper of a helper of an op is run, too.
  const queue = [...taken];
  for (const { facts } of queue)
    for (const { callee } of callsIn(facts.body)) {
      if (called.has(callee)) continue;
      called.add(callee);
      queue.push(...[...helpers].filter((one) => one.facts.name === callee));
    }
  return [...helpers].filter(({ facts }) => !called.has(facts.name));
}

/** What a function does for whoever runs it. */
const KINDS: Readonly<Record<Role, 'get' | 'put' | 'act' | 'create'>> = {
  ...{ finds: 'get', tries: 'get', takes: 'get' },
  ...{ puts: 'put', acts: 'act', creates: 'create' },
};

/**
 * The op that stands for a helper must be of its kind: where a collector alone calls the put, holders would be left without one.
 */
function isLike(caller: Chosen, helper: Chosen): boolean {
  return KINDS[caller.role] === KINDS[helper.role];
}

/** Static, of no header, and with an op of its own on the counter: such a callee is always written out. */
function canBeHelper({ facts: { definition }, role, sites }: Chosen): boolean {
  const isStatic = definition.node.namedChildren.some(
    (one) => one?.type === 'storage_class_specifier' && one.text === 'static',
  );
  const acts = sites.some(({ op }) => op !== 'init' && op !== 'read');
  return role !== 'creates' && isStatic && acts && definition.file.endsWith('.c');
}

/**
 * Who calls it; undefined if its file says its name anywhere but in these calls, where it is declared, and in itself.
 *
 * By counting the name in the text: what the grammar has not made out, or a macro hides, is then one too many.
 */
function callersOf(
  { facts: { name, definition, body } }: Chosen,
  chosen: readonly Chosen[],
  index: SourceIndex,
): readonly Chosen[] | undefined {
  const { file } = definition;
  const calls = (one: Pick<FunctionFacts, 'body'>) =>
    callsIn(one.body).filter(({ callee }) => callee === name).length;
  const callers = chosen.filter(
    ({ facts }) => facts.name !== name && facts.definition.file === file && calls(facts) > 0,
  );
  const declared = index.file(file).definitions.get(name)?.length ?? 0;
  const called = callers.reduce((sum, { facts }) => sum + calls(facts), 0);
  const code = index.text(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, ' ');
  const said = code.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
  return said === declared + called + calls({ body }) ? callers : undefined;
}
