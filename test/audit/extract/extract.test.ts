import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Extract, extract } from '../../../audit/extract/extract.ts';
import type { Scheme } from '../../../targets/subject/subject.ts';
import type { Target } from '../../../targets/target/target.ts';
import { decided, schemeIn } from '../../c/c-subjects.ts';
import { faultsOf } from '../../features/alone.ts';
import { censusOfTexts } from '../census-of-texts.ts';
import { SHAPES, type Shape } from './shapes.ts';

const TREES = 'test/audit/extract/trees';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-extract-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function extracted({ files, counter }: Shape): Promise<Extract> {
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(`${TREES}/${file}`, 'utf8')]));
  const { counters } = await censusOfTexts(texts);
  const found = counters.find(({ name }) => name === counter)!;
  return extract(found, undefined, async (paths) => {
    return new Map(paths.flatMap((path) => (texts[path] === undefined ? [] : [[path, texts[path]]])));
  });
}

/** As a user does it: each TODO is replaced by what he decides, which may be nothing. */
function decide(text: string, decisions: Shape['decisions']): string {
  return decisions.reduce((before, [asked, decision]) => {
    const todo = `REFUZZ_TODO\\("[^"]*${asked}[^"]*"\\);`;
    const expression = new RegExp(`\\(\\{ ${todo} 0; \\}\\)`, 'g');
    return before.replaceAll(expression, () => decision).replaceAll(new RegExp(todo, 'g'), () => decision);
  }, text);
}

/** Written beside each other, as the command line does. @returns the path of `name` */
function written({ files }: Extract, decisions: Shape['decisions']): (name: string) => string {
  for (const { name, text } of files) writeFileSync(join(folder, name), decide(text, decisions));
  return (name) => join(folder, name);
}

function targetOf(before: Scheme, naive: Scheme): Target {
  return {
    name: 'test',
    about: 'before and after',
    reference: { ...before, name: 'before' },
    subject: { ...naive, name: 'naive' },
    threads: 2,
    ops: Object.keys(before.ops),
    initial: Object.keys(before.states),
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
}

describe.each(SHAPES)('$counter of $files', (shape) => {
  test('asks what cannot be told, and nothing else', async () => {
    const { todos, taken, left } = await extracted(shape);
    expect(todos).toHaveLength(shape.decisions.reduce((sum, [, , times = 1]) => sum + times, 0));
    for (const [asked] of shape.decisions) expect(todos.join('\n')).toMatch(new RegExp(asked));
    expect(taken.map(({ fn }) => fn).sort()).toEqual([...shape.taken].sort());
    expect(left.map(({ fn, why }) => `${fn} ${why}`)).toEqual(shape.left ?? []);
  });

  test('does not compile until somebody has decided', async () => {
    const extract = await extracted(shape);
    const path = written(extract, []);
    await expect(schemeIn(path('before.c'), 'before.c')).rejects.toThrow(/to be decided: /);
  });

  test('is checked when somebody has', async () => {
    const extract = await extracted(shape);
    const path = written(extract, shape.decisions);
    const before = await schemeIn(path('before.c'), 'before.c');
    expect(faultsOf(before, 2, 2)).toEqual(shape.faults ?? []);
    expect(Object.keys(before.ops).sort()).toEqual([...shape.ops].sort());
    if (shape.differing === undefined) {
      expect(extract.files.map(({ name }) => name)).not.toContain('naive.c');
      return;
    }
    const naive = await schemeIn(path('naive.c'), 'naive.c');
    const { differing, undecided } = decided(targetOf(before, naive), 2, 2);
    expect({ undecided, isDifferent: differing > 0 }).toEqual({ undecided: 0, isDifferent: shape.differing });
  });
});

test('a function that is told by the name of its member alone is left out, and so is what only reads', async () => {
  const { files, left } = await extracted(SHAPES[0]!);
  const [before] = files;
  expect(left).toMatchObject([{ fn: 'mug_show', file: 'mug.c' }]);
  expect(before!.text).toContain('mug.c:55  mug_show() only reads the count');
  expect(before!.text).not.toContain('sprintf');
});

test('a structure has the members that are used, and functions say where they are from', async () => {
  const { files } = await extracted(SHAPES[0]!);
  const text = files[0]!.text;
  expect(text).toContain(
    '/* mug.h:1 */\nstruct mug {\n\tstruct list_head shelf;\n\tatomic_t users;\n\tint size;\n};',
  );
  expect(text).toContain('/* mug.c:43 */\nvoid mug_put(struct mug *mug)');
  // It was printed, and freed beside the object.
  expect(text).not.toContain('label');
});

test('each op of naive.c is the namesake of refcount_t', async () => {
  const { files } = await extracted(SHAPES[0]!);
  const naive = files.find(({ name }) => name === 'naive.c')!.text;
  expect(naive).toContain('refcount_dec_and_lock(&mug->users, &mugs_lock)');
  expect(naive).toContain('refcount_inc(&mug->users);');
  expect(naive).toContain('\trefcount_t users;');
  expect(naive).not.toMatch(/atomic_(?!t\b)\w+\(/);
});

test('a function that is called twice is written out once', async () => {
  const path = 'twice.c';
  const text = `struct tub { atomic_t users; struct list_head link; };
static void tub_drop(struct tub *tub)
{
	list_del(&tub->link);
	kfree(tub);
}
void tub_put(struct tub *tub, bool later)
{
	if (atomic_dec_and_test(&tub->users)) {
		if (later)
			tub_drop(tub);
		else
			tub_drop(tub);
	}
}`;
  const { counters } = await censusOfTexts({ [path]: text });
  const { taken } = await extract(counters[0]!, undefined, async (paths) => {
    return new Map(paths.includes(path) ? [[path, text]] : []);
  });
  expect(taken.map(({ fn }) => fn)).toEqual(['tub_put', 'tub_drop']);
});

/** The sources of a text's only counter, by their names. */
async function sourcesOf(path: string, text: string): Promise<Record<string, string>> {
  const { counters } = await censusOfTexts({ [path]: text });
  const { files } = await extract(counters[0]!, undefined, async (paths) => {
    return new Map(paths.includes(path) ? [[path, text]] : []);
  });
  return Object.fromEntries(files.map(({ name, text }) => [name, text]));
}

test('what decides is set as well, a claim is no put, and a variable starts at 0', async () => {
  const sources = await sourcesOf('fountain.c', readFileSync(`${TREES}/fountain.c`, 'utf8'));
  const { 'before.c': before, 'naive.c': naive, 'scheme.h': scheme } = sources;
  // Without it `if (fountain_water)` would never be true.
  expect(before).toContain('WRITE_ONCE(fountain_water, water);');
  expect(before).toContain('WRITE_ONCE(fountain_water, NULL);');
  expect(before).toContain('static DEFINE_HASHTABLE(fountains, FOUNTAIN_BITS);');
  expect(before).toContain('#define FOUNTAIN_BITS 2');
  expect(naive).toContain('if (!refcount_dec_and_test(&fountain_visitors))');
  expect(scheme).toContain('REFUZZ_ACT(fountain_keep)');
  expect(scheme).toContain('REFUZZ_STATE(idle) { set_up(object, 0);');
});

test('names of parameters are asked of nobody, and a local list is declared', async () => {
  const { 'before.c': before, 'stubs.h': stubs } = await sourcesOf(
    'kiln.c',
    `struct kiln;
struct kiln_ops { int (*fire)(struct kiln *kiln, int degrees); };
struct kiln { atomic_t pots; struct list_head row; const struct kiln_ops *ops; };
static LIST_HEAD(kilns);
bool kiln_put(struct kiln *kiln)
{
	if (kiln->ops->fire)
		if (atomic_add_unless(&kiln->pots, -1, 2))
			return false;
	if (!atomic_dec_and_test(&kiln->pots))
		return false;
	kfree(kiln);
	return true;
}
void kilns_close(void)
{
	struct kiln *kiln;
	LIST_HEAD(closed);

	list_splice_init(&kilns, &closed);
	while (!list_empty(&closed)) {
		kiln = list_first_entry(&closed, struct kiln, row);
		list_del(&kiln->row);
		kiln_put(kiln);
	}
}
`,
  );
  expect(stubs).not.toMatch(/TODO\("(?:kiln|degrees|closed) is defined/);
  expect(before).toContain('\tLIST_HEAD(closed);');
  expect(before).toContain('kiln_put()  puts');
});

test('what only another op can call is no op, unless it is named as a callback or stands for a kind of its own', async () => {
  const tub = (more: string) => `struct den { refcount_t cubs; struct list_head row; int id; };
static LIST_HEAD(dens);
static struct den *__den_enter(struct den *den)
{
	return refcount_inc_not_zero(&den->cubs) ? den : NULL;
}
static void den_drop(struct den *den)
{
	if (refcount_dec_and_test(&den->cubs))
		kfree(den);
}
struct den *den_find(int id)
{
	struct den *den;

	list_for_each_entry(den, &dens, row)
		if (den->id == id)
			return __den_enter(den); /* __den_enter() may refuse */
	return NULL;
}
void den_close(struct den *den)
{
	list_del(&den->row);
	den_drop(den);
}
${more}`;
  const ops = async (more: string) => {
    const { 'scheme.h': scheme, 'before.c': before } = await sourcesOf('den.c', tub(more));
    expect(before).toContain('__den_enter(struct den *den)\n{');
    return [...scheme!.matchAll(/REFUZZ_(?!STATE|STUB|USE|TODO)\w+\((\w+)\)/g)].map(([, op]) => op).sort();
  };
  // A collector alone puts: without den_drop() whoever has found a den could not give it back.
  expect(await ops('')).toEqual(['den_close', 'den_drop', 'den_find']);
  expect(await ops('struct den *(*enter)(struct den *) = __den_enter;\n')).toContain('__den_enter');
});
