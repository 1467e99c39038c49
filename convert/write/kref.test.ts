import { expect, test } from 'vitest';
import { menuOf } from '../menu/candidate.ts';
import { findSites } from '../sites/find-sites.ts';
import { asKref } from './kref.ts';

/** As a kref, the nearest conversion of a source whose put is given. */
function kref(put: string, bias = 0) {
  const text = `struct p { atomic_t refs; };
static void get(struct p *p) { atomic_inc(&p->refs); }
static void new(struct p *p) { atomic_set(&p->refs, ${1 - bias}); }
static void put(struct p *p) { ${put} }
REFUZZ_SCHEME(struct p, refs);
REFUZZ_OPS(get, put, new);
`;
  const menu = menuOf(findSites('p.c', new Map([['p.c', text]])), { bias, plainOnly: true });
  const told = asKref(menu, { shift: 0, forms: menu.sites.map(() => 0) }, () => text);
  return told && 'ops' in told ? told.ops.map((op) => op.text) : told?.why;
}

test('a put that asks for the last one, and then frees by one call, is a kref_put', () => {
  const all = ['kref_get', 'kref_init', 'kref_put, whose release does kfree(p)'];
  expect(kref('if (atomic_dec_and_test(&p->refs)) kfree(p);')).toEqual(all);
  expect(kref('if (atomic_dec_and_test(&p->refs)) { kfree(p); }')).toEqual(all);
  expect(kref('if (!atomic_dec_and_test(&p->refs)) return; kfree(p);')).toEqual(all);
  expect(kref('if (atomic_dec_return(&p->refs) < 0) kfree(p);', 1)).toEqual(all);
});

test('what a kref has no op for is named', () => {
  expect(kref('atomic_dec(&p->refs);', 1)).toBe('kref has nothing like refcount_dec');
  expect(kref('if (atomic_sub_and_test(2, &p->refs)) kfree(p);')).toBe(
    'kref has nothing like refcount_sub_and_test',
  );
  expect(kref('if (atomic_dec_and_test(&p->refs)) { unhash(p); kfree(p); }')).toMatch(/must be one call/);
  expect(kref('if (atomic_dec_and_test(&p->refs)) free_in(p, 3);')).toMatch(/must be one call/);
  expect(kref('if (atomic_dec_return(&p->refs) >= 0) unlock(p);', 1)).toMatch(/must be one call/);
  expect(kref('if (atomic_dec_and_test(&p->refs)) kfree(p); else count(p);')).toMatch(/must be one call/);
});
