import type { Counter } from '../census/counter.ts';
import type { Slice } from './cut.ts';
import { type FunctionFacts, identifiersIn, type Variable } from './function-facts.ts';
import type { Closure } from './needed.ts';

/**
 * What functions are handed when refuzz runs them. There is one object, which is `object`; for each other structure that a
 * function asks for there is one static variable, and for a number 0. Which members must lead from one to the other nobody can
 * tell for certain, so `handed` names what somebody is to look at.
 *
 *     int  tank_open(struct net *net, int id)      tank_open(&the_net, 0)
 *     void tank_unload(struct work_struct *work)   tank_unload(&object->work), by its container_of()
 *     int  tank_close(struct file *file)           tank_close(&the_file), and `the_file.private_data = object;` in set_up()
 */
export class Hands {
  /** What is handed beside the object, in words: `the_net`, `id = 0`. */
  readonly handed = new Set<string>();
  /** Members through which a function finds the object: `the_file.private_data = object;` */
  readonly leads = new Set<string>();
  readonly #counter: Counter;
  readonly #objectTypes: ReadonlySet<string>;
  readonly #slices: ReadonlyMap<string, Slice>;
  readonly #closure: Closure;
  /**
   * `struct net` → `the_net`: what stands for the others that a function is handed.
   *
   * A key once, so that two functions that are handed a net are handed the same.
   */
  readonly #statics = new Map<string, string>();

  constructor(
    counter: Counter,
    slices: ReadonlyMap<string, Slice>,
    objectTypes: ReadonlySet<string>,
    closure: Closure,
  ) {
    this.#counter = counter;
    this.#slices = slices;
    this.#objectTypes = objectTypes;
    this.#closure = closure;
  }

  /** Their definitions. They stand above all that names one, so they are asked for last. */
  statics(): string[] {
    return Array.from(this.#statics, ([type, name]) => `static ${type} ${name};`);
  }

  /**
   * The arguments of one function, in their order. What is used in the slice and leads nowhere is noted in `handed`: a key
   * that is never looked at, or a structure of which only a stub is told, is no matter.
   *
   * The surest way goes first:
   *
   *     struct peer *peer           object
   *     struct rcu_head *head       &object->rcu              by its container_of(head, struct peer, rcu)
   *     struct work_struct *work    &the_cache.prune.work     by one that leads to another structure
   *     struct net *net             &the_net
   *     int key                     0
   */
  argumentsOf(facts: FunctionFacts): string[] {
    const params = facts.params.filter(({ name }) => name !== '');
    const used = new Set(
      (this.#slices.get(facts.name)?.kept ?? []).flatMap((node) => [...identifiersIn(node)]),
    );
    return params.map((param) => {
      if (this.#objectTypes.has(param.type)) return 'object';
      const inside = this.#isMemberOf(facts, param);
      if (inside) return `&object->${inside}`;
      const value = this.#outerOf(facts, param) ?? this.#valueOf(param);
      const lead = this.#leadOf(facts, param);
      if (lead && value.startsWith('&')) this.leads.add(`${value.slice(1)}.${lead} = object;`);
      else if (used.has(param.name))
        this.handed.add(
          value.startsWith('&') ? value.slice(1).replace(/\..*/, '') : `${param.name} = ${value}`,
        );
      return value;
    });
  }

  /** A value of a type that means nothing. The object itself is not among these. */
  #valueOf({ type, name }: Variable): string {
    if (/^(?:struct|union) \w+ \*$/.test(type)) return `&${this.staticOf(type.slice(0, -2))}`;
    if (/^char \*$/.test(type)) return '""';
    if (name === '') return '';
    // How many are to be looked at: of none a loop does nothing.
    return /^(?:nr|count|max|budget)(?:_|$)/.test(name) ? '1' : '0';
  }

  /** The variable that stands for a structure; the same for all functions, as they work on the same net, tree or device. */
  staticOf(type: string): string {
    const name = `the_${type.split(' ').at(-1)}`;
    this.#statics.set(type, name);
    return name;
  }

  /** `container_of(work, struct peer, work)`: the parameter is a member of the object. */
  #isMemberOf({ body }: FunctionFacts, { name }: Variable): string | undefined {
    const call = new RegExp(
      `\\b(?:container_of|list_entry|rb_entry|hlist_entry)\\(\\s*${name}\\s*,\\s*struct[ _]${this.#counter.struct}\\s*,\\s*(\\w+)`,
    );
    return call.exec(body.text)?.[1];
  }

  /** `container_of(work, struct cache, prune.work)`: it is a member of what stands for another structure. */
  #outerOf({ body }: FunctionFacts, { name, type }: Variable): string | undefined {
    if (!type.startsWith('struct ')) return undefined;
    const call = new RegExp(`\\bcontainer_of\\(\\s*${name}\\s*,\\s*struct[ _](\\w+)\\s*,\\s*([\\w.]+)`).exec(
      body.text,
    );
    return call ? `&${this.staticOf(`struct ${call[1]}`)}.${call[2]}` : undefined;
  }

  /**
   * `struct peer *peer = file->private_data;`: the parameter leads to the object by one member. Longer ways are left to
   * somebody who knows them.
   *
   * @returns the member
   */
  #leadOf({ body, variables }: FunctionFacts, { name }: Variable): string | undefined {
    for (const [variable, type] of variables) {
      if (!this.#objectTypes.has(type)) continue;
      const assigned = new RegExp(`\\b${variable}\\s*=\\s*${name}->(\\w+)\\s*[;,]`).exec(body.text);
      if (assigned) return assigned[1];
    }
    return undefined;
  }

  /**
   * Statements that make the lists in these variables empty ones: a head that does not point to itself is no list. All else that
   * refuzz has, locks and trees and queues, may start as zero.
   */
  heads(): string[] {
    return [...this.#statics].flatMap(([type, name]) => {
      const piece = this.#closure.types.find(({ text }) => text.startsWith(`${type} {`));
      const lists = [...(piece?.text ?? '').matchAll(/^\t+struct list_head\s+(\w+);/gm)];
      return lists.map(([, member]) => `\tINIT_LIST_HEAD(&${name}.${member});`);
    });
  }
}
