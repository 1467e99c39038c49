import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ran, refuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-sound-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd: string;
beforeEach(() => {
  cwd = join(root, String(folders++));
  mkdirSync(cwd);
});

const run = (...args: string[]) => refuzz(args, { cwd });
const json = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

/** A protocol whose put is given: the structure holds one reference, and `idle` and `one` are linked. */
function source(name: string, put: string, more = ''): string {
  const text = `
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct thing { atomic_t count; };
static DEFINE_SPINLOCK(lock);

static void drop(struct thing *thing) { ${put} }

REFUZZ_SCHEME(struct thing, count);
REFUZZ_WORD(lock);
REFUZZ_STATE(idle) { atomic_set(&object->count, 1); refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(one) { atomic_set(&object->count, 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_GET(get)
{
	bool found;

	spin_lock(&lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&object->count);
	spin_unlock(&lock);
	return found;
}
REFUZZ_PUT(put) { drop(object); }
REFUZZ_ACT(unlink)
{
	bool found;

	spin_lock(&lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&lock);
	if (!found)
		return REFUZZ_VOID;
	drop(object);
	return REFUZZ_GRANTED;
}
${more}`;
  writeFileSync(join(cwd, name), text);
  return name;
}

const SOUND = 'if (atomic_dec_and_test(&thing->count)) kfree(thing);';
const READS_AFTER = 'if (atomic_dec_return(&thing->count) <= 0 || !atomic_read(&thing->count)) kfree(thing);';

describe('one source', () => {
  test('sound: the sentence says in how many programs', async () => {
    const ran = await run('check', source('sound.c', SOUND), '--json');
    expect(ran.out).toMatch(/^sound within 2 × 2 \([\d ]+ programs, [\d ]+ states\): sound\.c\n/);
    expect(json(ran)).toMatchObject({
      verdict: 'sound',
      sound: true,
      undecided: 0,
      faults: [],
      neverMet: [],
    });
    expect(ran.code).toBe(0);
  });

  test('unsound: the gravest fault first, and its smallest program is drawn', async () => {
    const ran = await run('check', source('reads.c', READS_AFTER));
    expect(ran.out).toMatch(
      /^unsound: reads\.c: use after free in (put|unlink) \(\d ops: "one: .* \| .*"\)\n/,
    );
    expect(ran.out).toMatch(/#\s+thread 0\s+thread 1\s+values/);
    expect(ran.out).toMatch(/✗ use-after-free/);
    expect(ran.code).toBe(1);
  });

  test('BUG_ON is a crash', async () => {
    const put = `BUG_ON(atomic_read(&thing->count) == 1); ${SOUND}`;
    const ran = await run('check', source('bug.c', put));
    expect(ran.out).toMatch(/^unsound: bug\.c: .*\n[\s\S]*✗ crash/);
    expect(ran.code).toBe(1);
  });

  test('sound only in what was met: the count never is 6', async () => {
    const put = `if (atomic_read(&thing->count) == 6) return; ${SOUND}`;
    const ran = await run('check', source('six.c', put));
    // The extra reading is no use after free, since the putter's own reference keeps the object.
    expect(ran.out).toMatch(/^sound in what was met within 2 × 2 .*six\.c; but .*at count 6/);
    expect(ran.code).toBe(3);
  });

  test('what was not decided is not sound', async () => {
    const ran = await run('check', source('sound.c', SOUND), '--limit', '20');
    expect(ran.out).toMatch(/^not decided within 2 × 2/);
    expect(ran.code).toBe(3);
  });

  test('the subject of a built-in target is asked with --alone', async () => {
    const ran = await run('check', 'inet-peer-biased', '--alone', '--ops', '1');
    expect(ran.out).toMatch(/^sound (in what was met )?within 2 × 1/);
    expect((await run('check', 'inet-peer-naive', '--alone')).code).toBe(1);
  });

  test('two sources are wrong usage', async () => {
    expect(await run('check', 'a.c', 'b.c')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--before'),
    });
  });
});

/** A counter whose put is given. */
function counter(name: string, put: string): string {
  const text = `
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>

struct ref { atomic_t n; };

REFUZZ_COUNTER(struct ref, n);
REFUZZ_OP(bool, inc_not_zero) { return atomic_inc_not_zero(&counter->n); }
REFUZZ_OP(bool, dec_and_test) { ${put} }
`;
  writeFileSync(join(cwd, name), text);
  return name;
}

const TELLS = 'return atomic_dec_and_test(&counter->n);';
const TELLS_TWO = 'atomic_dec(&counter->n); return atomic_read(&counter->n) == 0;';

describe('one counter', () => {
  test('sound, unsound with the run drawn, and sound in what was met', async () => {
    const sound = await run('check', counter('sound.c', TELLS), '--json');
    expect(sound.out).toMatch(/^sound within 2 × 2 \([\d ]+ programs, [\d ]+ states\): sound\.c\n/);
    expect(json(sound)).toMatchObject({ verdict: 'sound', faults: [], neverMet: [] });
    expect(sound.code).toBe(0);
    const two = await run('check', counter('two.c', TELLS_TWO));
    expect(two.out).toMatch(
      /^unsound: two\.c: double free in dec_and_test \(2 ops: "2: dec_and_test \| dec_and_test"\)\n/,
    );
    expect(two.out).toMatch(/two puts are told that they were the last\n\n#\s+thread 0\s+thread 1\s+word\n/);
    expect(two.out).toContain('✗ double-free');
    expect(two.code).toBe(1);
    // Four numbers of a source are counts to start from, and this is its fifth.
    const odd = `if (atomic_read(&counter->n) == 640) return atomic_dec_return(&counter->n) == 0; ${TELLS}`;
    const tens = [100, 200, 300, 400]
      .map((count) => `if (atomic_read(&counter->n) == ${count}) {}`)
      .join(' ');
    const far = await run('check', counter('far.c', `${tens} ${odd}`));
    expect(far.out).toMatch(/^sound .*, without values near 640\n/);
  });

  test('the numbers of its source are counts to start from', async () => {
    const at50 = `int old = atomic_fetch_sub(1, &counter->n); return old == 1 || old == 50;`;
    const ran = await run('check', counter('fifty.c', at50));
    expect(ran.out).toMatch(
      /^unsound: fifty\.c: freed while held in dec_and_test \(1 op: "50: dec_and_test"\)\n/,
    );
    expect(ran.code).toBe(1);
  });

  test('the subject of a target is asked with --alone, and the canary is unsound', async () => {
    const ran = await run('check', 'canary', '--alone');
    expect(ran.out).toMatch(/^unsound: canary: freed while held in dec_and_test \(1 op: "2: dec_and_test"\)/);
    expect(ran.out).toContain('not asked: set');
    expect(ran.code).toBe(1);
  });
});

describe('two sources are asked alone first', () => {
  const pair = (before: string, after: string, ...more: string[]) =>
    run('check', '--before', before, '--after', after, ...more);

  test('an unsound one is told in one line, below the sentence', async () => {
    const ran = await pair(source('before.c', SOUND), source('after.c', READS_AFTER));
    expect(ran.out.split('\n')[1]).toMatch(
      /^after\.c is itself unsound: use after free in \w+ \(\d ops: ".* \| .*"\)/,
    );
    expect(ran.out).not.toContain('before.c is itself');
    expect(ran.code).toBe(1);
  });

  test('nothing is equivalent of which something was never met', async () => {
    const odd = `if (atomic_read(&thing->count) == 6) return; ${SOUND}`;
    const ran = await pair(source('before.c', odd), source('after.c', `${odd} /* the same */`), '--json');
    expect(ran.out).toMatch(/^undecided: nothing differs in what was met; but in before\.c .*at count 6/);
    expect(json(ran)).toMatchObject({ equivalent: false });
    expect(ran.code).toBe(3);
  });
});

describe('certificates', () => {
  test('of a sound source: verified, until the source is another', async () => {
    const one = source('sound.c', SOUND);
    expect((await run('check', one, '--certificate', 'sound.json')).out).toContain('certificate: sound.json');
    const verified = await run('recheck', 'sound.json');
    expect(verified.out).toMatch(/^verified: sound within 2 × 2: sound\.c\nenumerated: /);
    expect(verified.code).toBe(0);
    mkdirSync(join(cwd, 'elsewhere'));
    cpSync(join(cwd, one), join(cwd, 'elsewhere', one));
    expect((await run('recheck', 'sound.json', 'elsewhere/sound.c')).code).toBe(0);
    source('sound.c', READS_AFTER);
    const changed = await run('recheck', 'sound.json');
    expect(changed).toMatchObject({ code: 2, err: expect.stringContaining('it was changed') });
  });

  test('of an equivalent pair: verified; a file that was edited is refused, and a lie is found', async () => {
    const [before, after] = [source('before.c', SOUND), source('after.c', `/* new */ ${SOUND}`)];
    const made = await run('check', '--before', before, '--after', after, '--certificate', 'pair.json');
    expect(made.code).toBe(0);
    expect((await run('recheck', 'pair.json', '--json')).out).toMatch(/^verified: equivalent within 2 × 2/);
    const text = readFileSync(join(cwd, 'pair.json'), 'utf8');
    writeFileSync(join(cwd, 'edited.json'), text.replace('"granted"', '"refused"'));
    expect(await run('recheck', 'edited.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('changed'),
    });
    writeFileSync(join(cwd, 'none.json'), '{}');
    expect((await run('recheck', 'none.json')).code).toBe(2);
  });

  test('of counters: sound by itself, and equivalent to another', async () => {
    const one = counter('one.c', TELLS);
    expect((await run('check', one, '--certificate', 'one.json')).code).toBe(0);
    expect((await run('recheck', 'one.json')).out).toMatch(
      /^verified: sound within 2 × 2: one\.c\nenumerated: /,
    );
    const other = counter('other.c', `/* new */ ${TELLS}`);
    const made = await run('check', '--before', one, '--after', other, '--certificate', 'pair.json');
    expect(made.out).toContain('certificate: pair.json');
    const verified = await run('recheck', 'pair.json');
    expect(verified.out).toMatch(/^verified: equivalent within 2 × 2: one\.c and other\.c\n/);
    expect(verified.code).toBe(0);
    counter('other.c', TELLS_TWO);
    expect((await run('recheck', 'pair.json')).code).toBe(2);
  });

  test('there is none of a comparison with the ideal counter, which is told before it is made', async () => {
    const ran = await run('check', 'v5.5-vs-ideal', '--certificate', 'no.json');
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('ideal counter') });
  });

  test('there is none of an unsound source', async () => {
    const ran = await run('check', source('reads.c', READS_AFTER), '--certificate', 'no.json');
    expect(ran.code).toBe(1);
    expect(existsSync(join(cwd, 'no.json'))).toBe(false);
  });
});
