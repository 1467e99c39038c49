import type { Counter } from '../census/counter.ts';
import type { Chosen } from './choose-functions.ts';
import type { Closure } from './closure.ts';
import type { Creation } from './creation.ts';
import { callsIn, type FunctionFacts, identifiersIn, type Variable } from './function-facts.ts';
import type { Slice } from './slice.ts';
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

/** Writes the part that before.c and naive.c share. */
export function schemeFile(parts: SchemeParts): SchemeFile {
  const writer = new SchemeWriter(parts);
  const run = parts.chosen.filter(({ role }) => role !== 'creates');
  const ops = run.map((one) => writer.op(one));
  const states = writer.states(parts.creation, run);
  const head = [
    `/* ${parts.counter.name}: from where it starts, and who calls what. before.c and naive.c share it. */`,
    ...writer.statics(),
  ];
  const use = 'REFUZZ_USE(use) { refuzz_use(); }';
  const text = `${[head.join('\n'), ...states, ...ops, use].join('\n\n')}\n`;
  return { text, todos: writer.todos };
}

class SchemeWriter {
  readonly todos: string[] = [];
  readonly #counter: Counter;
  readonly #slices: ReadonlyMap<string, Slice>;
  readonly #objectTypes: ReadonlySet<string>;
  /** `struct net` → `the_net`: what stands for the others that a function is handed. */
  readonly #statics = new Map<string, string>();
  /** Members through which a function finds the object: `the_file.private_data = object;` */
  readonly #leads = new Set<string>();

  /** What functions are handed beside the object, in words. */
  readonly #handed = new Set<string>();
  readonly #closure: Closure;

  constructor({ counter, slices, objectTypes, closure }: SchemeParts) {
    this.#counter = counter;
    this.#closure = closure;
    this.#slices = new Map(slices.map((slice) => [slice.facts.name, slice]));
    this.#objectTypes = objectTypes;
  }

  statics(): string[] {
    return Array.from(this.#statics, ([type, name]) => `static ${type} ${name};`);
  }

  #todo(text: string): string {
    this.todos.push(text);
    return `\tREFUZZ_TODO("${text.replaceAll('"', "'")}");`;
  }

  op(one: Chosen): string {
    const { facts, role } = one;
    const { name } = facts;
    const call = `${name}(${this.#arguments(facts).join(', ')})`;
    const from = `/* ${facts.definition.file}:${facts.definition.line} */`;
    const write = (head: string, lines: readonly string[]) =>
      `${from}\n${head}\n{\n${lines.join('\n')}\n}`;
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

  /** How a get says that it got one. */
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

  #acted({ name, returns, body }: FunctionFacts, call: string): string[] {
    const drops = callsIn(body).some(({ callee }) => isFor(callee, 'unlinks'))
      ? 'does it drop the reference of the structure, as here, or its caller’s (then it is a REFUZZ_PUT)?'
      : 'whose reference does it take or drop? A REFUZZ_GET or REFUZZ_PUT if its caller’s';
    const told = this.#todo(`${name}(): ${drops.replaceAll('’', "'")}`);
    if (returns === 'bool') return [told, `\treturn ${call} ? REFUZZ_GRANTED : REFUZZ_REFUSED;`];
    return [told, `\t${call};`, '\treturn REFUZZ_VOID;'];
  }

  /** What a function is handed: the object, a static structure for others, and 0 for numbers. */
  #arguments(facts: FunctionFacts): string[] {
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
      if (lead && value.startsWith('&')) this.#leads.add(`${value.slice(1)}.${lead} = object;`);
      else if (used.has(param.name)) this.#handed.add(value.startsWith('&') ? value.slice(1).replace(/\..*/, '') : `${param.name} = ${value}`);
      return value;
    });
  }

  #valueOf({ type, name }: Variable): string {
    if (/^(?:struct|union) \w+ \*$/.test(type)) return `&${this.#staticOf(type.slice(0, -2))}`;
    if (/^char \*$/.test(type)) return '""';
    if (name === '') return '';
    // How many are to be looked at: of none a loop does nothing.
    return /^(?:nr|count|max|budget)(?:_|$)/.test(name) ? '1' : '0';
  }

  #staticOf(type: string): string {
    const name = `the_${type.split(' ').at(-1)}`;
    this.#statics.set(type, name);
    return name;
  }

  /** `container_of(work, struct peer, work)`: the parameter is a member of the object. */
  #isMemberOf({ body }: FunctionFacts, { name }: Variable): string | undefined {
    const call = new RegExp(
      `\\b(?:container_of|list_entry|rb_entry|hlist_entry)\\(\\s*${name}\\s*,\\s*struct ${this.#counter.struct}\\s*,\\s*(\\w+)`,
    );
    return call.exec(body.text)?.[1];
  }

  /** `container_of(work, struct cache, prune.work)`: it is a member of what stands for another structure. */
  #outerOf({ body }: FunctionFacts, { name, type }: Variable): string | undefined {
    if (!type.startsWith('struct ')) return undefined;
    const call = new RegExp(`\\bcontainer_of\\(\\s*${name}\\s*,\\s*struct (\\w+)\\s*,\\s*([\\w.]+)`).exec(body.text);
    return call ? `&${this.#staticOf(`struct ${call[1]}`)}.${call[2]}` : undefined;
  }

  /** `struct peer *peer = file->private_data;` */
  #leadOf({ body, variables }: FunctionFacts, { name }: Variable): string | undefined {
    for (const [variable, type] of variables) {
      if (!this.#objectTypes.has(type)) continue;
      const assigned = new RegExp(`\\b${variable}\\s*=\\s*${name}->(\\w+)\\s*[;,]`).exec(body.text);
      if (assigned) return assigned[1];
    }
    return undefined;
  }

  /** From the place where the object is made: alone, and with two who hold it. */
  states(creation: Creation, run: readonly Chosen[]): string[] {
    const { start, isPublished, isReturned } = creation;
    const dropsStructure = run.some(({ role }) => role === 'acts');
    const isOwned = (start ?? 1) > 0 && isPublished && dropsStructure;
    const asked = this.#startTodo(creation, isOwned);
    const first = start ?? 1;
    // Of a count that starts at 0, or with a reference of the structure, nobody holds what it starts at.
    const free = first === 0 || isOwned ? first : first - 1;
    const names: readonly (readonly [name: string, holders: number])[] =
      first === 0 || isOwned
        ? [
            ['idle', 0],
            ['one', 1],
            ['two', 2],
          ]
        : [
            ['one', 1],
            ['two', 2],
          ];
    // A global is never lost; what its first user starts may be, and is not to be linked then.
    const isForEver = this.#counter.struct === '' && [...this.#slices.values()].every(({ emptied }) => emptied.length === 0);
    const live = isForEver || run.some(({ role }) => role === 'tries');
    const states = names.map(([name, holders]) => {
      const holds = Array.from({ length: holders }, (_, thread) => ` refuzz_hold(${thread});`).join('');
      const linked = live ? ' refuzz_link(REFUZZ_LIVE);' : '';
      return `REFUZZ_STATE(${name}) { set_up(object, ${free + holders});${linked}${holds} }`;
    });
    return [this.#setUp(creation, asked, isReturned), states.join('\n')];
  }

  #startTodo({ start, isPublished, isReturned }: Creation, isOwned: boolean): string[] {
    if (start === undefined)
      return [this.#todo('what does the count start at, and who holds that? Here: 1, and one who holds')];
    if (start === 0)
      return [
        this.#todo(
          'the count starts at 0: from which counts do others come? Here: 0, 1 and 2, one for each who holds',
        ),
      ];
    if (start === 1 && !isPublished && isReturned) return [];
    const whose = isOwned
      ? 'that is a reference of the structure in which it is found'
      : 'who made it holds it';
    return [this.#todo(`the count starts at ${start}: whose is that? Here: ${whose}`)];
  }

  #setUp({ object, statements, needs }: Creation, asked: readonly string[], _isReturned: boolean): string {
    const { struct } = this.#counter;
    const declared = needs.map(({ name, type, value }) => {
      const of = `\t${type}${type.endsWith('*') ? '' : ' '}${name}`;
      if (value) return `${of} = ${value.text};`;
      if (/^(?:struct|union) \w+ \*$/.test(type)) return `${of} = &${this.#staticOf(type.slice(0, -2))};`;
      return `${of} = ${/^char \*$/.test(type) ? '""' : '0'};`;
    });
    const plain = needs.filter(({ type, value }) => !value && !/^struct \w+ \*$/.test(type)).map(({ name }) => name);
    if (plain.length > 0)
      asked = [
        ...asked,
        this.#todo(`where the object is made, ${plain.join(', ')}: 0 here. Does that matter?`),
      ];
    const own =
      object !== '' && object !== 'object' && statements.length > 0
        ? [`\t${this.#typeOf()} *${object} = object;`]
        : [];
    if (this.#handed.size > 0)
      asked = [...asked, this.#todo(`the functions are handed ${[...this.#handed].join(', ')}: what else must lead to the object?`)];
    const lines = [
      ...own,
      ...declared,
      ...asked,
      '\tcount_set(object, count);',
      ...this.#heads(),
      ...statements.map((one) => `\t${one.text}`),
      ...[...this.#leads].map((one) => `\t${one}`),
    ];
    return `static void set_up(struct ${struct === '' ? 'counted' : struct} *object, int count)\n{\n${lines.join('\n')}\n}`;
  }

  #typeOf(): string {
    return `struct ${this.#counter.struct === '' ? 'counted' : this.#counter.struct}`;
  }

  /** A list without a head that points to itself is none; all else that refuzz has may start as zero. */
  #heads(): string[] {
    return [...this.#statics].flatMap(([type, name]) => {
      const piece = this.#closure.types.find(({ text }) => text.startsWith(`${type} {`));
      const lists = [...(piece?.text ?? '').matchAll(/^\t+struct list_head\s+(\w+);/gm)];
      return lists.map(([, member]) => `\tINIT_LIST_HEAD(&${name}.${member});`);
    });
  }
}
