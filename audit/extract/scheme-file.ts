import type { Counter } from '../census/counter.ts';
import type { Chosen } from './chosen.ts';
import type { Creation } from './creation.ts';
import type { Slice } from './cut.ts';
import { callsIn, type FunctionFacts } from './function-facts.ts';
import { Hands } from './hands.ts';
import type { Closure } from './needed.ts';
import { statesOf } from './states.ts';
import { isFor } from './vocabulary.ts';

/** What stands below the code: the states to start from, and who calls what. */
export interface SchemeFile {
  readonly text: string;
  readonly todos: readonly string[];
}

/** What the scheme is written from. */
export interface SchemeParts {
  readonly counter: Counter;
  readonly chosen: readonly Chosen[];
  readonly slices: readonly Slice[];
  readonly creation: Creation;
  readonly objectTypes: ReadonlySet<string>;
  readonly closure: Closure;
}

/**
 * Writes the part that before.c and naive.c share.
 *
 *     static struct net the_net;
 *     static void set_up(struct peer *object, int count) { … }
 *     REFUZZ_STATE(one) { set_up(object, 1); refuzz_hold(0); }
 *     REFUZZ_GET(peer_find) { return !IS_ERR_OR_NULL(peer_find(&the_net, 0)); }
 *     REFUZZ_PUT(peer_put) { peer_put(object); }
 */
export function schemeFile(parts: SchemeParts): SchemeFile {
  const slices = new Map(parts.slices.map((slice) => [slice.facts.name, slice]));
  const hands = new Hands(parts.counter, slices, parts.objectTypes, parts.closure);
  const todos: string[] = [];
  const todo = (text: string) => {
    todos.push(text);
    return `\tREFUZZ_TODO("${text.replaceAll('"', "'")}");`;
  };
  const writer = new OpWriter(hands, todo);
  const run = parts.chosen.filter(({ role }) => role !== 'creates');
  // Before the states, though they stand below them: what ops are handed is known afterwards, and has to be set up.
  const ops = run.map((one) => writer.op(one));
  const states = statesOf({ ...parts, hands, todo }, parts.creation, run);
  const head = [
    `/* ${parts.counter.name}: from where it starts, and who calls what. before.c and naive.c share it. */`,
    ...hands.statics(),
  ];
  const use = 'REFUZZ_USE(use) { refuzz_use(); }';
  const text = `${[head.join('\n'), ...states, ...ops, use].join('\n\n')}\n`;
  return { text, todos };
}

/** Writes the declaration of each function that is run, by its role, with what is doubtful about it. */
class OpWriter {
  readonly #hands: Hands;
  /** Notes a doubt. @returns its line */
  readonly #todo: (text: string) => string;

  constructor(hands: Hands, todo: (text: string) => string) {
    this.#hands = hands;
    this.#todo = todo;
  }

  /**
   * One op. A put is what it is; all else is doubted, for whoever reads the code knows what its callers hold:
   *
   *     finds     a GET, if the function says whether it found something
   *     tries     a GET of what is found in RCU while it is linked; where else it is found the name does not say
   *     takes     a DUP by who holds already; it would be a GET of who looks up the object under a lock
   *     acts      an ACT that drops the structure's reference, or nobody's
   */
  op(one: Chosen): string {
    const { facts, role } = one;
    const { name } = facts;
    const call = `${name}(${this.#hands.argumentsOf(facts).join(', ')})`;
    const from = `/* ${facts.definition.file}:${facts.definition.line} */`;
    const write = (head: string, lines: readonly string[]) => `${from}\n${head}\n{\n${lines.join('\n')}\n}`;
    switch (role) {
      case 'finds':
        return write(`REFUZZ_GET(${name})`, this.#granted(facts, call));
      case 'tries':
        return write(`REFUZZ_GET(${name})`, this.#tried(facts, call));
      case 'takes':
        return write(`REFUZZ_DUP(${name})`, [
          this.#todo(
            `who calls ${name}()? Here: who holds a reference already. Who finds the object under a lock or in RCU is a REFUZZ_GET`,
          ),
          `\t${call};`,
          '\treturn true;',
        ]);
      case 'puts':
        return write(`REFUZZ_PUT(${name})`, [`\t${call};`]);
      case 'acts':
        return write(`REFUZZ_ACT(${name})`, this.#acted(facts, call));
      case 'creates':
        return '';
    }
  }

  /**
   * How a get says that it got one.
   *
   *     struct peer *find()     found where it is neither NULL nor an error
   *     bool get()              found where it is true
   *     int open()              0 for success, as the kernel has it; asked, as some count what they found
   *     void hold()             always; asked
   */
  #granted({ name, returns }: FunctionFacts, call: string): string[] {
    if (returns.endsWith('*')) return [`\treturn !IS_ERR_OR_NULL(${call});`];
    if (returns === 'bool') return [`\treturn ${call};`];
    if (returns === 'void') {
      const told = this.#todo(
        `${name}() says nothing: is a reference always taken, and does the caller keep it?`,
      );
      return [told, `\t${call};`, '\treturn true;'];
    }
    return [
      this.#todo(`${name}() returns ${returns}: does 0 say that a reference was taken, as here?`),
      `\treturn ${call} == 0;`,
    ];
  }

  /**
   * A get that can be refused is of use where the object may go at any time, which is what RCU allows. Callers that find it
   * under a lock are the other half of such code, so this is a guess, and is asked.
   */
  #tried(facts: FunctionFacts, call: string): string[] {
    const got = facts.returns.endsWith('*') ? `!IS_ERR_OR_NULL(${call})` : `${call} != 0`;
    return [
      this.#todo(
        `where do callers of ${facts.name}() find the object? Here: in RCU, while it is linked; then its put must say refuzz_link(REFUZZ_NOWHERE)`,
      ),
      '\tbool got;',
      '',
      '\trcu_read_lock();',
      `\tgot = refuzz_linked() == REFUZZ_LIVE && ${got};`,
      '\trcu_read_unlock();',
      '\treturn got;',
    ];
  }

  /** Neither a get nor a put by its name: its own answer is passed on where it has one, as `collect()` may find nothing. */
  #acted({ name, returns, body }: FunctionFacts, call: string): string[] {
    const drops = callsIn(body).some(({ callee }) => isFor(callee, 'unlinks'))
      ? 'does it drop the reference of the structure, as here, or its caller’s (then it is a REFUZZ_PUT)?'
      : 'whose reference does it take or drop? A REFUZZ_GET or REFUZZ_PUT if its caller’s';
    const told = this.#todo(`${name}(): ${drops.replaceAll('’', "'")}`);
    if (returns === 'bool') return [told, `\treturn ${call} ? REFUZZ_GRANTED : REFUZZ_REFUSED;`];
    return [told, `\t${call};`, '\treturn REFUZZ_VOID;'];
  }
}
