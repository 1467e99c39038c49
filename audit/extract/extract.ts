import type { Counter } from '../census/counter.ts';
import type { Judged } from '../census/verdict.ts';
import { parserOfC } from '../syntax/parser.ts';
import { type Choice, chooseFunctions } from './choose-functions.ts';
import { ClosureFinder } from './closure.ts';
import { codeFile } from './code-file.ts';
import { isAtomic } from './convert-op.ts';
import { type Creation, creationOf } from './creation.ts';
import type { Slice } from './cut.ts';
import type { Closure, Needed } from './needed.ts';
import { objectTypesOf } from './object-types.ts';
import { ownHeaders } from './offered.ts';
import { schemeFile } from './scheme-file.ts';
import { indexOf, type ReadTexts, type SourceIndex } from './source-index.ts';
import { stubsFile } from './stubs-file.ts';
import { takeFunctions } from './take-functions.ts';

/** A counter's protocol as sources for `refuzz check`, as far as it could be told. */
export interface Extract {
  /** `before.c`; `naive.c`, if the counter is an atomic_t; and what both share. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What somebody must decide, in the order of the files: each is a compile error until he has. */
  readonly todos: readonly string[];
  /** Functions that are written out. */
  readonly taken: readonly { readonly fn: string; readonly file: string; readonly line: number }[];
  /** Functions that touch the counter and are not. */
  readonly left: Choice['left'];
}

/** Of the kernel's functions a closure asks for members; what these are known to be decides what structures need. */
const ROUNDS = 2;

/**
 * Writes the functions that touch a counter in refuzz's form: `before.c` as they are, and `naive.c` with each op of `atomic_t`
 * replaced by its namesake of `refcount_t`. What is in doubt is a `REFUZZ_TODO`.
 *
 * @param judged what the audit says of it; it is quoted
 * @param read the texts of files of the tree
 */
export async function extract(
  counter: Counter,
  judged: Judged | undefined,
  read: ReadTexts,
): Promise<Extract> {
  const near = [...new Set([...counter.sites.map(({ file }) => file), counter.declared.file])];
  const index = await indexOf(await parserOfC(), near, read);
  // Nodes lie in memory of the parser's, which nobody collects: all texts are made before it is given back.
  try {
    return extracted(counter, judged, index);
  } finally {
    index.delete();
  }
}

/**
 * In the order in which each step needs the one before: who is run, what is left of them, how the object begins, and what
 * all that needs.
 *
 * The way there goes in a circle, which `takeFunctions` runs until nothing new comes up: ops make members matter, members
 * make statements of the creation matter, and these name callbacks that are run as well.
 */
function extracted(counter: Counter, judged: Judged | undefined, index: SourceIndex): Extract {
  const objectTypes = objectTypesOf(counter, index);
  const { chosen, left } = chooseFunctions(counter, index);
  const creator = chosen.find(({ role }) => role === 'creates');
  const isAtHand = (callee: string) => {
    const file = creator?.facts.definition.file ?? '';
    const isOwn = ownHeaders().headerOf(callee) !== undefined;
    return isOwn || index.find(callee, ['function', 'macro'], file)?.file === file;
  };
  const created = (members: ReadonlySet<string>) =>
    creationOf(counter, creator, members, objectTypes, isAtHand);
  const { slices, members } = takeFunctions({
    ...{ counter, chosen, objectTypes, index },
    settingUp: (asked) => settingUp(creator?.facts, created(asked)).flatMap(({ kept }) => kept),
  });
  const creation = created(members);
  const needed = [...slices, ...settingUp(creator?.facts, creation)];
  const closure = closureOf(counter, slices, needed, members, index, creator?.facts);
  const scheme = schemeFile({ counter, chosen, slices, creation, objectTypes, closure });
  const stubs = stubsFile(
    counter,
    closure,
    slices.flatMap(({ emptied }) => emptied),
  );
  const code = { counter, judged, chosen, left, slices, closure, isGlobal: counter.struct === '' };
  const before = codeFile({ ...code, isNaive: false });
  const naive = isAtomic(counter) ? codeFile({ ...code, isNaive: true }) : undefined;
  return {
    files: [
      { name: 'before.c', text: before.text },
      ...(naive ? [{ name: 'naive.c', text: naive.text }] : []),
      { name: 'stubs.h', text: stubs.text },
      { name: 'scheme.h', text: scheme.text },
    ],
    todos: [...before.todos, ...(naive?.todos ?? []), ...stubs.todos, ...scheme.todos],
    taken: slices.map(({ facts: { name, definition } }) => ({
      fn: name,
      file: definition.file,
      line: definition.line,
    })),
    left,
  };
}

/** The statements that set the object up need their names, too. */
function settingUp(facts: Slice['facts'] | undefined, { statements, needs }: Creation): Needed[] {
  return facts ? [{ facts, kept: [...statements, ...needs.flatMap(({ value }) => value ?? [])] }] : [];
}

/**
 * The members that macros ask for are known when all are read, so structures are reduced in a second round.
 *
 *     #define peer_idle(p) ((p)->used == 0)
 *
 * That `used` is needed shows when the macro is read, and the structure may have been written by then. `all` outlives
 * the rounds, so the second finder knows from the start what the first one has found on its way.
 */
function closureOf(
  counter: Counter,
  slices: readonly Slice[],
  needed: readonly Needed[],
  members: Set<string>,
  index: SourceIndex,
  creator: Slice['facts'] | undefined,
): Closure {
  const defined = new Set(slices.map(({ facts }) => facts.name));
  const all = new Set([...members, counter.field]);
  const counted = counter.struct === '' ? undefined : { name: counter.struct, isTagged: true, isWhole: true };
  for (let round = 1; ; round++) {
    const own = ownHeaders();
    const finder = new ClosureFinder(
      index,
      own,
      counter.struct === '' ? new Set([...defined, counter.field]) : defined,
      all,
      creator,
    );
    const closure = finder.find(needed, counted, counter.declared.file);
    if (round === ROUNDS) return closure;
  }
}
