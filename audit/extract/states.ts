import type { Counter } from '../census/counter.ts';
import type { Chosen } from './chosen.ts';
import type { Creation } from './creation.ts';
import type { Slice } from './cut.ts';
import type { Hands } from './hands.ts';
import { tidy } from './source-index.ts';

/** Who writes states: with what functions are handed, and where doubts go. */
export interface StateParts {
  readonly counter: Counter;
  readonly slices: readonly Slice[];
  readonly hands: Hands;
  /** Notes a doubt. @returns its line */
  readonly todo: (text: string) => string;
}

/**
 * The states to start from, and the function that sets them up, by what is done where the object is made. Of a count that
 * starts at 1 with whoever made it:
 *
 *     REFUZZ_STATE(one) { set_up(object, 1); refuzz_hold(0); }
 *     REFUZZ_STATE(two) { set_up(object, 2); refuzz_hold(0); refuzz_hold(1); }
 *
 * and one more, `idle`, where nobody holds and the object lives: its count starts at 0, or the structure in which it is found
 * has a reference of its own, which some act drops. Whose reference it is that a count starts at is a guess unless the function
 * that makes the object hands it to its caller and to nobody else.
 */
export function statesOf(parts: StateParts, creation: Creation, run: readonly Chosen[]): string[] {
  const { start, isPublished } = creation;
  const dropsStructure = run.some(({ role }) => role === 'acts');
  const isOwned = (start ?? 1) > 0 && isPublished && dropsStructure;
  const first = start ?? 1;
  const asked = startTodo(parts, creation, isOwned, isShared(first, run));
  const free = freeOf(first, isOwned, isShared(first, run));
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
  const isForEver = parts.counter.struct === '' && parts.slices.every(({ emptied }) => emptied.length === 0);
  const live = isForEver || run.some(({ role }) => role === 'tries');
  const states = names.map(([name, holders]) => {
    const holds = Array.from({ length: holders }, (_, thread) => ` refuzz_hold(${thread});`).join('');
    const linked = live ? ' refuzz_link(REFUZZ_LIVE);' : '';
    return `REFUZZ_STATE(${name}) { set_up(object, ${free + holders});${linked}${holds} }`;
  });
  return [setUp(parts, creation, asked), states.join('\n')];
}

/** Some more than one, and nobody takes another: these go to as many holders, as to who sends and who is told of the answer. */
function isShared(first: number, run: readonly Chosen[]): boolean {
  return first > 1 && first <= 8 && !run.some(({ role }) => role !== 'puts');
}

/**
 * How much of the count belongs to no thread.
 *
 *     starts at 0                              0
 *     starts at 1, whoever made it holds       0
 *     starts at 1 with the list's reference    1
 *     starts at 2, and only goes down          0: two hold, one each, and one is left when the other has put
 *     starts at 2, and others take more        1: whoever made it holds one
 */
function freeOf(first: number, isOwned: boolean, isSharedOut: boolean): number {
  if (isSharedOut) return 0;
  return first === 0 || isOwned ? first : first - 1;
}

/**
 * Nothing is asked where the answer is plain: it starts at 1, and only the caller of the function has it.
 *
 *     return peer, count 1, in no list           not asked: the caller has the one reference
 *     list_add(), count 1                        asked: the list's, or that of whoever made it?
 *     count 2                                    asked: one each, or two of the same?
 */
function startTodo(
  { todo }: StateParts,
  { start, isPublished, isReturned }: Creation,
  isOwned: boolean,
  isSharedOut: boolean,
): string[] {
  if (start === undefined)
    return [todo('what does the count start at, and who holds that? Here: 1, and one who holds')];
  if (start === 0)
    return [
      todo(
        'the count starts at 0: from which counts do others come? Here: 0, 1 and 2, one for each who holds',
      ),
    ];
  if (start === 1 && !isPublished && isReturned) return [];
  if (isSharedOut)
    return [todo(`the count starts at ${start}: whose are they? Here: one each of as many who hold`)];
  const whose = isOwned
    ? 'that is a reference of the structure in which it is found'
    : 'who made it holds it';
  return [todo(`the count starts at ${start}: whose is that? Here: ${whose}`)];
}

/**
 * `set_up()`: the variables of the function that makes the object under their own names, so that its statements can stand as
 * they are written there; then the count, lists that are empty, those statements, and what leads to the object.
 *
 *     static void set_up(struct peer *object, int count)
 *     {
 *     	struct peer *peer = object;
 *     	struct net *net = &the_net;
 *     	count_set(object, count);
 *     	INIT_LIST_HEAD(&the_net.peers);
 *     	list_add(&peer->link, &net->peers);
 *     }
 */
function setUp(
  { counter: { struct }, hands, todo }: StateParts,
  { object, statements, needs }: Creation,
  asked: readonly string[],
): string {
  const type = `struct ${struct === '' ? 'counted' : struct}`;
  const declared = needs.map(({ name, type, value }) => {
    const of = `\t${type}${type.endsWith('*') ? '' : ' '}${name}`;
    if (value) return `${of} = ${tidy(value.text)};`;
    if (/^(?:struct|union) \w+ \*$/.test(type)) return `${of} = &${hands.staticOf(type.slice(0, -2))};`;
    return `${of} = ${/^char \*$/.test(type) ? '""' : '0'};`;
  });
  const plain = needs
    .filter(({ type, value }) => !value && !/^struct \w+ \*$/.test(type))
    .map(({ name }) => name);
  if (plain.length > 0)
    asked = [...asked, todo(`where the object is made, ${plain.join(', ')}: 0 here. Does that matter?`)];
  const own =
    object !== '' && object !== 'object' && statements.length > 0 ? [`\t${type} *${object} = object;`] : [];
  if (hands.handed.size > 0)
    asked = [
      ...asked,
      todo(`the functions are handed ${[...hands.handed].join(', ')}: what else must lead to the object?`),
    ];
  const lines = [
    ...own,
    ...declared,
    ...asked,
    '\tcount_set(object, count);',
    ...hands.heads(),
    ...statements.map((one) => `\t${tidy(one.text)}`),
    ...[...hands.leads].map((one) => `\t${one}`),
  ];
  return `static void set_up(${type} *object, int count)\n{\n${lines.join('\n')}\n}`;
}
