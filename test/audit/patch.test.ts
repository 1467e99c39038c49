import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Judged, Verdict } from '../../audit/census/verdict.ts';
import { filesOf, type Patch, patchOf } from '../../audit/patch/patch-of.ts';
import { type Edit, edited, unifiedDiff } from '../../audit/patch/unified-diff.ts';
import { RandomChoices } from '../../fuzz/program/choices.ts';
import { censusOfTexts } from './census-of-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-patch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** What git makes of files with a diff; it is checked first, as users are told to. */
function applied(files: Readonly<Record<string, string>>, diff: string): Record<string, string> {
  const root = join(folder, `apply-${++made}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['apply', ...args, '-'], { cwd: root, input: diff, stdio: 'pipe' });
  if (diff !== '') {
    git('--check');
    git();
  }
  return Object.fromEntries(Object.keys(files).map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

type Verdicts = Readonly<Record<string, Verdict>>;

async function patchFor(files: Readonly<Record<string, string>>, verdicts: Verdicts): Promise<Patch> {
  const { counters } = await censusOfTexts(files);
  const judged = counters
    .filter(({ id }) => verdicts[id] !== undefined)
    .map(
      (counter): Judged => ({
        counter,
        verdict: verdicts[counter.id]!,
        protocol: 'a test',
        rule: 'a test',
        reasons: [{ what: 'it is so', places: [counter.sites[0]!] }],
        confidence: 'high',
        doubts: [],
        remedy: 'do that',
      }),
    );
  expect(judged).toHaveLength(Object.keys(verdicts).length);
  return patchOf(judged, new Map(filesOf(judged).map((file) => [file, files[file]!])));
}

const HEADER = `#ifndef PEER_H
#define PEER_H
#include <linux/atomic.h>
#include <linux/types.h>

struct peer {
	int id;
	atomic_t refcnt;	/* holders */
	struct list_head list;
};
#endif
`;
const PUT = `#include "peer.h"

struct peer *make(void)
{
	struct peer *p = kmalloc(sizeof(*p), GFP_KERNEL);

	atomic_set(&p->refcnt, 1);
	return p;
}

void hold(struct peer *p)
{
	atomic_inc(&p->refcnt);
}

void put(struct peer *p)
{
	if (atomic_dec_and_test(&p->refcnt))
		kfree(p);
}
`;

describe('as it is', () => {
  test('names change, the header includes what it needs, and comments say which order is lost', async () => {
    const files = { 'include/peer.h': HEADER, 'net/peer.c': PUT };
    const { diff, converted, notes } = await patchFor(files, { 'peer.refcnt': 'as-is' });
    const after = applied(files, diff);
    expect(converted).toEqual(['peer.refcnt']);
    expect(after['include/peer.h']).toBe(
      HEADER.replace('atomic_t refcnt', 'refcount_t refcnt').replace(
        '<linux/atomic.h>\n',
        '<linux/atomic.h>\n#include <linux/refcount.h>\n',
      ),
    );
    const lost = '/* refuzz: was a full barrier; now a release, and an acquire where it gives true */';
    expect(after['net/peer.c']).toBe(
      PUT.replaceAll('atomic_', 'refcount_').replace('\tif (', `\t${lost}\n\tif (`),
    );
    expect(notes.map(({ what }) => `/* refuzz: ${what} */`)).toEqual([lost]);
    const again = await censusOfTexts(after);
    expect(again.counters.map(({ id, type, sites }) => [id, type, sites.length])).toEqual([
      ['peer.refcnt', 'refcount_t', 3],
    ]);
  });

  /** Statements on `p->refcnt`, and what they become; `//` before what the comment has to say. */
  const STATEMENTS: [before: string, after: string, said?: RegExp][] = [
    ['atomic_inc(&p->refcnt);', 'refcount_inc(&p->refcnt);'],
    ['atomic_add(n, &p->refcnt);', 'refcount_add(n, &p->refcnt);', /negative/],
    ['atomic_add(2, &p->refcnt);', 'refcount_add(2, &p->refcnt);'],
    ['atomic_dec(&p->refcnt);', 'refcount_dec(&p->refcnt);', /last reference/],
    ['atomic_add(-1, &p->refcnt);', 'refcount_dec(&p->refcnt);', /last reference/],
    [
      'if (!atomic_inc_not_zero(&p->refcnt)) return;',
      'if (!refcount_inc_not_zero(&p->refcnt)) return;',
      /full barrier/,
    ],
    [
      'if (!atomic_add_unless(&p->refcnt, 1, 0)) return;',
      'if (!refcount_inc_not_zero(&p->refcnt)) return;',
      /full/,
    ],
    [
      'if (atomic_add_unless(&p->refcnt, -1, 1)) return;',
      'if (refcount_dec_not_one(&p->refcnt)) return;',
      /full/,
    ],
    [
      'if (atomic_cmpxchg(&p->refcnt, 1, 0) == 1) kfree(p);',
      'if (refcount_dec_if_one(&p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (atomic_cmpxchg(&p->refcnt, 1, 0) != 1) return;',
      'if (!refcount_dec_if_one(&p->refcnt)) return;',
      /full/,
    ],
    [
      'if (atomic_dec_return(&p->refcnt) == 0) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (0 == atomic_dec_return(&p->refcnt)) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (atomic_dec_return(&p->refcnt) <= 0 && n) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt) && n) kfree(p);',
      /full/,
    ],
    [
      'if (!atomic_dec_return(&p->refcnt)) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
      /full/,
    ],
    ['if (atomic_dec_return(&p->refcnt)) return;', 'if (!refcount_dec_and_test(&p->refcnt)) return;', /full/],
    [
      'if (atomic_dec_return(&p->refcnt) > 0) return;',
      'if (!refcount_dec_and_test(&p->refcnt)) return;',
      /full/,
    ],
    [
      'if (atomic_fetch_sub(1, &p->refcnt) == 1) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (atomic_fetch_sub_release(1, &p->refcnt) == 1) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
    ],
    [
      'if (atomic_sub_and_test(n, &p->refcnt)) kfree(p);',
      'if (refcount_sub_and_test(n, &p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (atomic_sub_return(n, &p->refcnt) == 0) kfree(p);',
      'if (refcount_sub_and_test(n, &p->refcnt)) kfree(p);',
      /full/,
    ],
    [
      'if (atomic_dec_and_lock(&p->refcnt, &l)) kfree(p);',
      'if (refcount_dec_and_lock(&p->refcnt, &l)) kfree(p);',
      /full/,
    ],
    ['if (atomic_read(&p->refcnt) > 1) return;', 'if (refcount_read(&p->refcnt) > 1) return;'],
    [
      'if (atomic_read(&p->refcnt) < 0) return;',
      'if (refcount_read(&p->refcnt) < 0) return;',
      /never below 0/,
    ],
    [
      'if (atomic_read(&p->refcnt) <= 0) return;',
      'if (refcount_read(&p->refcnt) <= 0) return;',
      /never below 0/,
    ],
    [
      'if (-1 == atomic_read(&p->refcnt)) return;',
      'if (-1 == refcount_read(&p->refcnt)) return;',
      /never below 0/,
    ],
    ['printk("%d", atomic_read(&p->refcnt));', 'printk("%d", refcount_read(&p->refcnt));', /%u/],
    ['atomic_inc_return(&p->refcnt);', 'refcount_inc(&p->refcnt);', /full barrier/],
  ];
  test.each(STATEMENTS)('%s', async (before, after, said) => {
    const text = (statement: string) => `void f(struct peer *p, int n)\n{\n\t${statement}\n}\n`;
    const files = { 'peer.h': HEADER, 'f.c': text(before) };
    const { diff, converted } = await patchFor(files, { 'peer.refcnt': 'as-is' });
    expect(converted).toEqual(['peer.refcnt']);
    const result = applied(files, diff)['f.c']!;
    const comments = result.match(/^\t\/\* refuzz: .*\n/gm) ?? [];
    expect(result.replaceAll(/^\t\/\* refuzz: .*\n/gm, '')).toBe(text(after));
    if (said) expect(comments.join('')).toMatch(said);
    else expect(comments).toEqual([]);
  });

  const STAY: readonly string[] = [
    'n = atomic_dec_return(&p->refcnt);',
    'n = atomic_inc_return(&p->refcnt);',
    'if (atomic_inc_return(&p->refcnt) == 1) n = 2;',
    'if (atomic_dec_return(&p->refcnt) == 1) n = 2;',
    'if (atomic_dec_return(&p->refcnt) + 1 == 0) n = 2;',
    'if (n + atomic_dec_return(&p->refcnt) == 0) n = 2;',
    'if (n & atomic_dec_return(&p->refcnt)) n = 2;',
    'if (n == !atomic_dec_return(&p->refcnt)) n = 2;',
    'atomic_sub(n, &p->refcnt);',
    'atomic_or(4, &p->refcnt);',
    'n = atomic_xchg(&p->refcnt, 0);',
    'if (atomic_cmpxchg(&p->refcnt, 2, 0) == 2) n = 2;',
    'if (atomic_inc_and_test(&p->refcnt)) n = 2;',
    'n = atomic_read_acquire(&p->refcnt);',
    'elsewhere(&p->refcnt);',
    'n = p->refcnt.counter;',
    'PEER_HOLD(p);',
    'atomic_set(&p->refcnt, atomic_read(&p->refcnt) + 1);',
  ];
  test.each(STAY)('%s has no counterpart, and nothing changes but for comments', async (statement) => {
    const files = {
      'peer.h': `${HEADER}#define PEER_HOLD(p) atomic_inc(&(p)->refcnt)\n`,
      'f.c': `void f(struct peer *p, int n)\n{\n\tatomic_inc(&p->refcnt);\n\t${statement}\n}\n`,
    };
    const { diff, converted, notes, cocci } = await patchFor(files, { 'peer.refcnt': 'as-is' });
    expect(converted).toEqual([]);
    expect(cocci).toBe('');
    expect(notes.length).toBeGreaterThan(0);
    const result = applied(files, diff);
    for (const [name, text] of Object.entries(files))
      expect(result[name]!.replaceAll(/^\t*\/\* refuzz: .*\n/gm, '')).toBe(text);
  });
});

/** Where each object begins, so that there is something to shift. */
const MADE = 'void made(struct peer *p)\n{\n\tatomic_set(&p->refcnt, 0);\n}\n';

describe('by one', () => {
  const STATEMENTS: readonly (readonly [before: string, after: string])[] = [
    ['atomic_set(&p->refcnt, 0);', 'refcount_set(&p->refcnt, 1);'],
    ['atomic_set(&p->refcnt, -1);', 'refcount_set(&p->refcnt, 0);'],
    ['atomic_set(&p->refcnt, n);', 'refcount_set(&p->refcnt, n + 1);'],
    ['if (!atomic_add_unless(&p->refcnt, 1, -1)) return;', 'if (!refcount_inc_not_zero(&p->refcnt)) return;'],
    [
      'if (!atomic_inc_unless_negative(&p->refcnt)) return;',
      'if (!refcount_inc_not_zero(&p->refcnt)) return;',
    ],
    [
      'if (atomic_cmpxchg(&p->refcnt, 0, -1) == 0) kfree(p);',
      'if (refcount_dec_if_one(&p->refcnt)) kfree(p);',
    ],
    ['if (atomic_cmpxchg(&p->refcnt, 0, -1)) return;', 'if (!refcount_dec_if_one(&p->refcnt)) return;'],
    ['if (atomic_dec_return(&p->refcnt) < 0) kfree(p);', 'if (refcount_dec_and_test(&p->refcnt)) kfree(p);'],
    ['if (atomic_dec_return(&p->refcnt) >= 0) return;', 'if (!refcount_dec_and_test(&p->refcnt)) return;'],
    [
      'if (atomic_add_negative(-1, &p->refcnt)) kfree(p);',
      'if (refcount_dec_and_test(&p->refcnt)) kfree(p);',
    ],
    ['if (atomic_read(&p->refcnt) == 0) return;', 'if (refcount_read(&p->refcnt) == 1) return;'],
    ['if (atomic_read(&p->refcnt)) return;', 'if (refcount_read(&p->refcnt) != 1) return;'],
    ['if (!atomic_read(&p->refcnt)) return;', 'if (refcount_read(&p->refcnt) == 1) return;'],
    ['if (atomic_read(&p->refcnt) < 0) return;', 'if (refcount_read(&p->refcnt) < 1) return;'],
    ['printk("%d", atomic_read(&p->refcnt));', 'printk("%d", (refcount_read(&p->refcnt) - 1));'],
    ['atomic_dec(&p->refcnt);', 'refcount_dec(&p->refcnt);'],
  ];
  test.each(STATEMENTS)('%s', async (before, after) => {
    const text = (statement: string) => `void f(struct peer *p, int n)\n{\n\t${statement}\n}\n`;
    const files = { 'peer.h': HEADER, 'made.c': MADE, 'f.c': text(before) };
    const { diff, converted } = await patchFor(files, { 'peer.refcnt': 'by-one' });
    expect(converted).toEqual(['peer.refcnt']);
    expect(applied(files, diff)['f.c']!.replaceAll(/^\t\/\* refuzz: .*\n/gm, '')).toBe(text(after));
  });

  test.each([
    'if (atomic_dec_and_test(&p->refcnt)) kfree(p);',
    'if (!atomic_dec_return(&p->refcnt)) kfree(p);',
    'if (!atomic_inc_not_zero(&p->refcnt)) return;',
    'if (atomic_cmpxchg(&p->refcnt, 1, 0) == 1) kfree(p);',
    'n = atomic_xchg(&p->refcnt, -1);',
  ])('%s has no counterpart', async (statement) => {
    const f = `void f(struct peer *p, int n)\n{\n\t${statement}\n}\n`;
    const files = { 'peer.h': HEADER, 'made.c': MADE, 'f.c': f };
    expect((await patchFor(files, { 'peer.refcnt': 'by-one' })).converted).toEqual([]);
  });

  test('is none where nothing sets the counter: it would go on to begin at 0', async () => {
    const files = { 'peer.h': HEADER, 'f.c': 'void f(struct peer *p)\n{\n\tatomic_dec(&p->refcnt);\n}\n' };
    const { diff, converted } = await patchFor(files, { 'peer.refcnt': 'by-one' });
    expect(converted).toEqual([]);
    expect(diff).toContain('set it to 1 where the object is made');
  });
});

describe('a patch', () => {
  test('composes several counters of a file, and leaves out what is not to be converted', async () => {
    const text = `#include <linux/atomic.h>
struct a {
	atomic_t one;
	atomic_long_t two;
	atomic_t three;
	atomic_t x, y;
};
static atomic_t all = ATOMIC_INIT(1);
extern atomic_t shared;
atomic_t shared = ATOMIC_INIT(2);
void f(struct a *a)
{
	atomic_inc(&a->one); atomic_long_inc(&a->two); atomic_inc(&all); atomic_inc(&shared);
	atomic_inc(&a->three);
	atomic_inc(&a->x);
}
`;
    const { diff, converted, notes } = await patchFor(
      { 'a.c': text },
      {
        'a.one': 'as-is',
        'a.two': 'as-is',
        'a.three': 'no',
        'a.x': 'as-is',
        all: 'as-is',
        shared: 'with-a-change',
      },
    );
    const after = applied({ 'a.c': text }, diff)['a.c']!;
    expect([...converted].sort()).toEqual(['a.one', 'a.two', 'all', 'shared']);
    expect(after.replaceAll(/^\t*\/\* refuzz: .*\n/gm, '')).toBe(
      text
        .replace('<linux/atomic.h>\n', '<linux/atomic.h>\n#include <linux/refcount.h>\n')
        .replace('atomic_t one', 'refcount_t one')
        .replace('atomic_long_t two', 'refcount_t two')
        .replace('atomic_t all = ATOMIC_INIT', 'refcount_t all = REFCOUNT_INIT')
        .replace('extern atomic_t', 'extern refcount_t')
        .replace('\natomic_t shared = ATOMIC_INIT', '\nrefcount_t shared = REFCOUNT_INIT')
        .replace(/\tatomic_inc\(&a->one\).*/, (line) =>
          line.replaceAll(/atomic_(long_)?inc/g, 'refcount_inc'),
        ),
    );
    expect(after).toContain('/* refuzz: stays atomic_t: another variable is declared with it');
    expect(after).toContain('/* refuzz: do that */\n/* refuzz: it is so */\nrefcount_t shared');
    expect(notes.find(({ counter }) => counter === 'a.three')?.what).toBe(
      'is not converted: its verdict is no',
    );
  });

  test('keeps a macro a macro', async () => {
    const text = `${HEADER}#define PUT(p) do { \\\n\tif (atomic_dec_and_test(&global)) \\\n\t\tkfree(p); \\\n} while (0)\nstatic atomic_t global = ATOMIC_INIT(1);\n`;
    const { diff } = await patchFor({ 'a.h': text }, { global: 'as-is' });
    const after = applied({ 'a.h': text }, diff)['a.h']!;
    expect(after).toContain(
      'do { \\\n\t/* refuzz: was a full barrier; now a release, and an acquire where it gives true */ \\\n\tif (refcount_dec_and_test(&global)) \\\n',
    );
  });

  test('leaves out a counter beside whose ops a byte is no UTF-8, or whose file has gone or changed', async () => {
    const odd = `// \ufffd\n${PUT}`;
    const files = { 'peer.h': HEADER, 'f.c': PUT };
    const { counters } = await censusOfTexts(files);
    const judged = counters.map(
      (counter) => ({ counter, verdict: 'as-is', reasons: [] }) as unknown as Judged,
    );
    const why = (texts: Record<string, string>) =>
      patchOf(judged, new Map(Object.entries(texts))).notes[0]?.what;
    expect(why({ 'peer.h': HEADER })).toContain('f.c cannot be read any more');
    expect(why({ 'peer.h': HEADER, 'f.c': 'short' })).toContain('f.c has changed');
    const near = { 'peer.h': HEADER.replace('int id;', 'int id; /* \ufffd */'), 'f.c': PUT };
    const found = await patchFor(near, { 'peer.refcnt': 'as-is' });
    expect(found.notes[0]?.what).toContain('no UTF-8, in peer.h');
    expect(found.diff).toBe('');
    const far = { 'peer.h': HEADER, 'f.c': odd };
    expect((await patchFor(far, { 'peer.refcnt': 'as-is' })).converted).toEqual(['peer.refcnt']);
  });
});

describe('a diff', () => {
  test('is what git takes, and makes what the edits make: drawn texts, edits and ends', () => {
    const choices = new RandomChoices(5, 0);
    for (let round = 0; round < 60; round++) {
      const lines = Array.from({ length: choices.below(40) }, (_, at) => `line ${at} ${choices.below(3)}`);
      const text = lines.join('\n') + (choices.below(2) && lines.length > 0 ? '\n' : '');
      const edits: Edit[] = [];
      for (let at = 0; at < text.length; ) {
        const from = at + choices.below(60);
        const to = Math.min(text.length, from + choices.below(20));
        if (from >= text.length) break;
        edits.push({ from, to, text: ['', 'new', 'a\nb', '\n', 'x'][choices.below(5)]! });
        at = to + 1;
      }
      const name = ['a.c', 'with space/b.c', 'quo"te.c', 'Grüße.h'][round % 4]!;
      const diff = unifiedDiff(name, text, edits);
      const wanted = edited(text, edits);
      // To git an empty file is one that goes.
      if (wanted === '' || text === '') continue;
      expect(applied({ [name]: text }, diff)[name], diff).toBe(wanted);
    }
  });

  test('of a file that was named from the root applies there', () => {
    const diff = unifiedDiff('/tree/a.c', 'one\n', [{ from: 0, to: 3, text: 'two' }]);
    expect(applied({ 'tree/a.c': 'one\n' }, diff)['tree/a.c'], diff).toBe('two\n');
  });
});
