import { InputError } from '../../targets/subject/input-error.ts';
import type { Body } from './functions.ts';
import { knownOp } from './ops.ts';
import type { Pointers } from './pointer-names.ts';
import { bodyAt, lineOf, type SourceFile } from './source-file.ts';
import { argumentsAt, closing, textOf } from './tokens.ts';

/** Where a pointer gets its address from: a call, or an assignment. */
interface Given {
  readonly text: string;
  readonly line: number;
  readonly file: string;
  /** The pointer that it is of: `ref_get v`. */
  readonly to: string;
  /** The counter, another one, or what a pointer of the caller has. */
  readonly from: 'this' | 'other' | { readonly pointer: string };
}

/**
 * The pointers to the counter. A helper that takes an `atomic_t *` serves whoever calls it: if that is this counter alone, its ops are ops
 * on the counter; if it is others alone, they are none; and one that serves both cannot change.
 *
 *     static void ref_get(atomic_t *r) { atomic_inc(r); }
 *     ref_get(&peer->refs);                                    this counter's
 *     ref_get(&peer->stats);                                   refused, with its line: refcount_t is another type
 *
 * @throws InputError for one that serves both
 */
export function pointersTo(path: string, files: readonly SourceFile[], member: string): Pointers {
  const bodies = new Set(files.flatMap((file) => file.bodies.map(({ name }) => name)));
  const accessors = new Set(files.flatMap((file) => accessorsIn(file, member)));
  const declared = files.flatMap((file) => file.bodies.flatMap((body) => pointersOf(file, body, bodies)));
  const byKey = new Map(declared.map((one) => [keyOf(one), one]));
  const given = files.flatMap((file) => givenIn(file, declared, byKey, { member, accessors }));
  const served = new Set<string>();
  const others = new Set<string>();
  for (let size = -1; size !== served.size + others.size; ) {
    size = served.size + others.size;
    for (const { to, from } of given) {
      const isOf = (kind: 'this' | 'other', known: ReadonlySet<string>) =>
        from === kind || (typeof from === 'object' && known.has(from.pointer));
      if (isOf('this', served)) served.add(to);
      if (isOf('other', others)) others.add(to);
    }
  }
  const mixed = given.find(
    ({ to, from }) =>
      served.has(to) && (from === 'other' || (typeof from === 'object' && others.has(from.pointer))),
  );
  if (mixed)
    throw new InputError(
      path,
      `line ${mixed.line} of ${mixed.file.split('/').at(-1)}: ${mixed.text} hands another counter to what serves ${member} as well; give ${member} one of its own`,
    );
  const names = new Map<string, Set<string>>();
  for (const key of served) {
    const { body, name } = byKey.get(key)!;
    names.set(body, (names.get(body) ?? new Set()).add(name));
  }
  const params = declared.flatMap((one) =>
    served.has(keyOf(one)) && one.index >= 0 ? [`${one.body}#${one.index}`] : [],
  );
  return { names, params: new Set(params), accessors };
}

/** A parameter or variable that holds the address of some counter. */
interface Pointer {
  readonly body: string;
  readonly name: string;
  /** Which parameter; -1 for a variable. */
  readonly index: number;
}

const keyOf = ({ body, name }: Pick<Pointer, 'body' | 'name'>) => `${body} ${name}`;
const isCounterType = (text: string | undefined) => text === 'atomic_t' || text === 'refcount_t';

/** Of a macro each parameter may be one that it hands on as it is: what it is given tells. */
function pointersOf(file: SourceFile, whole: Body, bodies: ReadonlySet<string>): Pointer[] {
  const { tokens } = file;
  const { name: body, kind, params, head, from, to } = whole;
  if (kind === 'macro')
    return params.flatMap((name, index) =>
      isHandedOn(file, whole, name, bodies) ? [{ body, name, index }] : [],
    );
  const found: Pointer[] = [];
  for (let at = head; at < to; at++) {
    if (!isCounterType(tokens[at]!.text) || tokens[at + 1]?.text !== '*') continue;
    const name = tokens[at + 2]?.text ?? '';
    const index = at < from ? params.indexOf(name) : -1;
    if (at >= from || index >= 0) found.push({ body, name, index });
  }
  return found;
}

/** What is handed to pointers in a file. */
function givenIn(
  file: SourceFile,
  declared: readonly Pointer[],
  byKey: ReadonlyMap<string, Pointer>,
  { member, accessors }: { readonly member: string; readonly accessors: ReadonlySet<string> },
): Given[] {
  const { tokens, text, name } = file;
  const byBody = new Map<string, Pointer[]>();
  for (const one of declared) byBody.set(one.body, [...(byBody.get(one.body) ?? []), one]);
  const found: Given[] = [];
  const note = (
    to: Pointer,
    [from, end]: readonly [number, number],
    at: number,
    whole: readonly [number, number],
  ) => {
    const caller = bodyAt(file, at)?.name ?? '';
    const isAccess = accessors.has(tokens[from]!.text) && tokens[from + 1]?.text === '(';
    const source = isAccess
      ? 'this'
      : sourceOf(file, [from, end], member, (word) =>
          byKey.has(keyOf({ body: caller, name: word })) ? keyOf({ body: caller, name: word }) : undefined,
        );
    if (source === undefined) return;
    found.push({
      text: textOf(text, tokens, whole),
      line: lineOf(text, tokens[at]!.from),
      file: name,
      to: keyOf(to),
      from: source,
    });
  };
  for (let at = 0; at + 1 < tokens.length; at++) {
    const called = tokens[at + 1]!.text === '(' ? byBody.get(tokens[at]!.text) : undefined;
    // Where it is declared or defined, nothing is handed to it.
    if (called && bodyAt(file, at)) {
      const ranges = argumentsAt(tokens, at + 1);
      for (const to of called)
        if (to.index >= 0 && ranges[to.index])
          note(to, ranges[to.index]!, at, [at, closing(tokens, at + 1) + 1]);
    }
    const variable = byKey.get(keyOf({ body: bodyAt(file, at)?.name ?? '', name: tokens[at]!.text }));
    if (variable && variable.index < 0 && tokens[at + 1]!.text === '=') {
      let end = at + 2;
      while (end < tokens.length && ![';', ','].includes(tokens[end]!.text)) end++;
      note(variable, [at + 2, end], at, [at, end]);
    }
  }
  return found;
}

/** Macros and functions whose body is the address of the member, and no more. */
function accessorsIn(file: SourceFile, member: string): string[] {
  const { tokens, bodies } = file;
  return bodies.flatMap(({ name, kind, from, to }) => {
    const isReturn = kind === 'function' && tokens[from]?.text === 'return' && tokens[to - 1]?.text === ';';
    if (kind !== 'macro' && !isReturn) return [];
    const range = isReturn ? ([from + 1, to - 1] as const) : ([from, to] as const);
    const words = tokens.slice(...range).map(({ text }) => text);
    const isOne = !words.some((word) => [',', '?', ';', '=', '+'].includes(word));
    return isOne && range[1] - range[0] > 2 && sourceOf(file, range, member, () => undefined) === 'this'
      ? [name]
      : [];
  });
}

/** Where an address is from. What is no address of a counter, as the object that a macro is given, is from nowhere. */
function sourceOf(
  { tokens }: Pick<SourceFile, 'tokens'>,
  [from, to]: readonly [number, number],
  member: string,
  pointerNamed: (word: string) => string | undefined,
): Given['from'] | undefined {
  const last = tokens[to - 1]?.text ?? '';
  if (tokens[from]?.text === '(' && closing(tokens, from) === to - 1)
    return sourceOf({ tokens }, [from + 1, to - 1], member, pointerNamed);
  if (to - from === 1) {
    const pointer = pointerNamed(last);
    return pointer === undefined ? undefined : { pointer };
  }
  if (tokens[from]?.text !== '&') return undefined;
  return last === member && ['->', '.'].includes(tokens[to - 2]!.text) ? 'this' : 'other';
}

/** Whether a body hands a name on as it stands, to an op or to another of the source's: `atomic_inc(r)`. */
function isHandedOn(
  { tokens }: SourceFile,
  { from, to }: Body,
  name: string,
  bodies: ReadonlySet<string>,
): boolean {
  for (let at = from; at + 1 < to; at++) {
    const { kind, text } = tokens[at]!;
    if (kind !== 'name' || tokens[at + 1]!.text !== '(' || !(knownOp(text) || bodies.has(text))) continue;
    const isIt = ([start, end]: readonly [number, number]) =>
      end - start === 1 && tokens[start]!.text === name;
    if (argumentsAt(tokens, at + 1).some(isIt)) return true;
  }
  return false;
}
