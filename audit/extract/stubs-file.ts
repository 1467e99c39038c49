import type { Counter } from '../census/counter.ts';
import type { Emptied } from './cut.ts';
import type { Closure } from './needed.ts';

/** What stands above the code, and what somebody must decide about it. */
export interface StubsFile {
  readonly text: string;
  readonly todos: readonly string[];
}

/**
 * Writes what the tree has elsewhere, and refuzz nowhere: types that are only pointed to, stubs, locks.
 *
 * It is shared, so that both files meet the same stubs: what differs between them is the type of the counter and its
 * ops, and a difference in behaviour has no other cause.
 */
export function stubsFile(counter: Counter, closure: Closure, emptied: readonly Emptied[]): StubsFile {
  const todos: string[] = [];
  const todo = (text: string) => {
    todos.push(text);
    return `REFUZZ_TODO("${text.replaceAll('"', "'")}");`;
  };
  const blocks = [
    [`/* ${counter.name}: what its functions use, and what is not taken. before.c and naive.c share it. */`],
    [...closure.forward].sort().map((type) => `${type};`),
    closure.unknown.flatMap(({ name, kind }) => {
      if (kind === 'struct') return [`struct ${name} { int none; };`];
      if (kind === 'type')
        return [todo(`the type ${name} is defined in no file at hand: an int here`), `typedef int ${name};`];
      return [todo(`${name} is defined in no file at hand: 0 here`), `enum { ${name} };`];
    }),
    // The original is quoted in full where something has to be written in its place: nobody should have to look it up.
    ...emptied.map(({ name, file, line, text }) => [
      `/*\n * ${file}:${line}, where an op on the counter decides:\n *\n *${text
        .replaceAll('*/', '')
        .replaceAll('/*', '')
        .split('\n')
        .map((one) => `\t${one.trim()}`.trimEnd())
        .join('\n *')}\n */`,
      `static void ${name}(void)\n{\n\t${todo('what happens here? refuzz_start() and refuzz_stop() for what the first user starts and the last stops, refuzz_free() for the object')}\n}`,
    ]),
    ...[...lockPairs(closure.locks)].map(([root, names]) => [
      todo(`${names.join(', ')}: is that one lock, as here?`),
      `static DEFINE_MUTEX(the_${root}_lock);`,
      ...names.map(
        (name) =>
          `#define ${name}(...) mutex_${/unlock/.test(name) ? 'unlock' : /try/.test(name) ? 'trylock' : 'lock'}(&the_${root}_lock)`,
      ),
    ]),
    closure.stubs.flatMap(({ name, declaration, returns, todo: asked }) => [
      ...(asked === '' ? [] : [todo(asked)]),
      `${declaration === '' ? '' : `${declaration} `}${returns ? `REFUZZ_STUB_RETURNS(${name}, ${returns})` : `REFUZZ_STUB(${name})`};`,
    ]),
  ];
  return {
    text: `${blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
    todos,
  };
}

/**
 * `rtnl_lock` and `rtnl_unlock` are two ends of one.
 *
 *     rtnl_lock, rtnl_trylock, rtnl_unlock     rtnl: one mutex
 *     lock_peers                               the
 *
 * A guess by the name, so each is asked: were two locks taken for one, races between their sections would be lost.
 */
function lockPairs(locks: ReadonlySet<string>): Map<string, string[]> {
  const pairs = new Map<string, string[]>();
  for (const name of [...locks].sort()) {
    const root = name.replace(/_*(?:try|un)?lock.*$/, '').replace(/^_+/, '') || 'the';
    pairs.set(root, [...(pairs.get(root) ?? []), name]);
  }
  return pairs;
}
