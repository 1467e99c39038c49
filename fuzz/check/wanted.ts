import { InputError } from '../../targets/subject/input-error.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { metKey } from './coverage-met.ts';

/** One thing that the programs of a scope should come to, for people. */
export interface WantedThing {
  /** Says that it was not met: `gc is never refused`. */
  readonly text: string;
  /** By this a user says that it never happens, see `--never`: `gc:refused`. */
  readonly name: string;
  /** Why an answer says little without it, where that does not go without saying. */
  readonly consequence?: string;
}

/** What the programs of a scope should come to before anything is said of the code, by the key under which it is met. */
export type Wanted = ReadonlyMap<string, WantedThing>;

/**
 * Gathers what is wanted, each thing once, with the words and the name that it has everywhere:
 *
 *     ran      put           put never runs, for nobody holds
 *     effect   put:effect    put never changes anything
 *     result   gc:refused    gc is never refused
 *     branch   put@6         put never goes the way it takes at count 6
 *     left     from:gone     no program changes anything from the state "gone"
 *     told     told          no put is told that it was the last
 *     called   callback      what call_rcu queues is never called
 */
export class Wants {
  readonly all = new Map<string, WantedThing>();

  /** A lookup, or a conditional get: without it the protocol hardly runs. */
  granted(op: string, result: string): void {
    const consequence = 'nobody gets a reference by it, and so nothing is said of those who hold one';
    this.#want(metKey.result(op, result), `${op}:${result}`, `${op} is never granted`, consequence);
  }

  /** @param why what keeps it from running, as a rule; begins with a comma */
  ran(op: string, why = ''): void {
    this.#want(metKey.ran(op), op, `${op} never runs${why}`);
  }

  /** It can change something, and so it should: of a put, that it ran says little. */
  effect(op: string): void {
    this.#want(metKey.effect(op), `${op}:effect`, `${op} never changes anything`);
  }

  /** @param how what is said where it is not met, behind the op's name */
  result(op: string, result: string, how: string): void {
    this.#want(metKey.result(op, result), `${op}:${result}`, `${op} ${how}`);
  }

  /** @param count the least that leads there: the branch goes by it, as nodes have no names */
  branch(op: string, shape: string, count: number): void {
    const at = formatValue(count);
    const text = `${op} never goes the way it takes at count ${at}`;
    // Of two calls that take it, the one that is asked last gives it its name.
    this.all.set(metKey.branch(op, shape), { text, name: `${op}@${at}` });
  }

  left(state: string): void {
    this.#want(metKey.left(state), `from:${state}`, `no program changes anything from the state "${state}"`);
  }

  told(): void {
    this.#want(metKey.told, 'told', 'no put is told that it was the last');
  }

  calledBack(): void {
    this.#want(metKey.calledBack, 'callback', 'what call_rcu queues is never called');
  }

  /** What was said first stays: a get that is never granted is told as such. */
  #want(key: string, name: string, text: string, consequence?: string): void {
    if (!this.all.has(key)) this.all.set(key, { text, name, ...(consequence && { consequence }) });
  }
}

/**
 * The keys of what a user says never happens.
 *
 * @param never names, see `WantedThing`
 * @throws InputError for a name that nothing has on any side
 */
export function statedKeys(sides: readonly Wanted[], never: readonly string[]): ReadonlySet<string>[] {
  const known = [...new Set(sides.flatMap((wanted) => [...wanted.values()].map(({ name }) => name)))];
  const unknown = never.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InputError('--never', `nothing is called "${unknown}"; what can be met is ${known.join(', ')}`);
  return sides.map(
    (wanted) => new Set([...wanted].filter(([, { name }]) => never.includes(name)).map(([key]) => key)),
  );
}
