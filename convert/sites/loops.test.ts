import { describe, expect, test } from 'vitest';
import { loopText } from '../menu/loop-text.ts';
import { bodiesOf } from './functions.ts';
import { loopsOf } from './loops.ts';
import { tokensOf } from './tokens.ts';

/** The loops of a function whose body is given, each as what could stand there, its call written `op`. */
function loopsIn(body: string, head = 'static bool f(struct node *n)') {
  const text = `#define GONE (-5)\n${head}\n{\n${body}\n}\n`;
  const tokens = tokensOf(text);
  const { known, unknown } = loopsOf(
    { name: 'a.c', text, tokens, bodies: bodiesOf('a.c', text, tokens) },
    'refs',
    { names: new Map(), params: new Set(), accessors: new Set() },
  );
  return [
    ...known.map(({ op }) => ({ effect: op.effect, text: loopText(op, 'op'), orphans: op.orphans.length })),
    ...unknown.values(),
  ];
}

const C = '&n->refs';
const DO = `int old = atomic_read(${C}); do { REFUSES } while (!atomic_try_cmpxchg(${C}, &old, old + 1));`;
const GET = { kind: 'get', by: '1', gives: 'bool' };
const PUT = { kind: 'drop', when: 'not last', gives: 'bool' };

/** Spellings of one op each, with what is left of them. */
const SPELLINGS: readonly (readonly [name: string, body: string, effect: object, text: string])[] = [
  ['do, try', `${DO.replace('REFUSES', 'if (!old) return false;')} return true;`, GET, 'return op;'],
  [
    'do, compared',
    `int old, new; do { old = atomic_read(${C}); if (old == 0) return 0; new = old + 1; }
     while (atomic_cmpxchg(${C}, old, new) != old); return 1;`,
    GET,
    'return op;',
  ],
  [
    'while',
    `int v = atomic_read(${C}); while (v && !atomic_try_cmpxchg(${C}, &v, v + 1)) ; return v;`,
    GET,
    'return op;',
  ],
  [
    'for ever, with a break',
    `int c = atomic_read(${C}); for (;;) { int old; if (unlikely(c == GONE)) break;
     old = atomic_cmpxchg(${C}, c, c + 1); if (likely(old == c)) break; c = old; } return c != GONE;`,
    GET,
    'return op;',
  ],
  [
    'goto, with what is done on the way',
    `int v; lock(n); again: v = atomic_read(${C}); if (v <= 0) { unlock(n); return NULL; }
     if (atomic_cmpxchg(${C}, v, v + 1) != v) goto again; unlock(n); return n;`,
    GET,
    'if (!op) {\n\tunlock(n);\n\treturn NULL;\n}',
  ],
  [
    'a variable that is looked at later',
    `bool ok; int v = atomic_read(${C}); for (;;) { if (v < 0) { ok = false; break; }
     if (atomic_try_cmpxchg(${C}, &v, v + 1)) { ok = true; break; } } unlock(n); return ok;`,
    GET,
    'ok = op;',
  ],
  [
    'unsigned',
    `unsigned int old = atomic_read(${C}); do { if (old + 1 <= 1) return false; } while (!atomic_try_cmpxchg(${C}, &old, old + 1)); return true;`,
    GET,
    'return op;',
  ],
  [
    'a put unless it is the last',
    `int old = atomic_read(${C}); do { if (old == 1) return false; } while (!atomic_try_cmpxchg_release(${C}, &old, old - 1)); return true;`,
    PUT,
    'return op;',
  ],
  [
    'with warnings of misuse',
    `int v = atomic_read(${C}); do { WARN_ON_ONCE(v < 0); if (WARN_ON(v == 0)) return false; if (v <= 1) return false; } while (!likely(atomic_try_cmpxchg(${C}, &v, v - 1))); return true;`,
    PUT,
    'return op;',
  ],
  [
    'the last one only',
    `int old = atomic_read(${C}); do { if (old != 1) return true; } while (!atomic_try_cmpxchg(${C}, &old, 0)); return false;`,
    { kind: 'drop', when: 'last', gives: 'bool' },
    'return !op;',
  ],
  [
    'a put that tells the last',
    `int old, new; do { old = atomic_read(${C}); new = old - 1; } while (atomic_cmpxchg(${C}, old, new) != old); if (!new) kfree(n);`,
    { kind: 'add', sign: -1, by: '1', gives: 'isZero' },
    'if (op)\n\tkfree(n);',
  ],
];

describe('a loop of compare-exchange is the op that all its ways come to', () => {
  for (const [name, body, effect, text] of SPELLINGS)
    test(name, () => {
      const [loop, ...others] = loopsIn(
        body,
        body.includes('return n;') ? 'struct node *f(struct node *n)' : undefined,
      );
      expect(others).toEqual([]);
      expect(loop).toMatchObject({ effect, text });
    });
});

/** What looks like one, and does something else. */
const OTHERS: readonly (readonly [body: string, why: string | RegExp])[] = [
  [
    `${DO.replace('REFUSES', 'if (old > 7 && old < 11) return false;')} return true;`,
    /lie among those it grants/,
  ],
  [`${DO.replace('REFUSES', 'if (!old) return 0;')} return 3 - old;`, /tells the count/],
  [
    `int old = atomic_read(${C}); if (!old) return false; return atomic_cmpxchg(${C}, old, old + 1) == old;`,
    /gives up/,
  ],
  // It decides by a count that may have changed since: others may have put the last reference between the two looks.
  [
    `int first = atomic_read(${C}); int old = atomic_read(${C}); do { if (!first) return false; } while (!atomic_try_cmpxchg(${C}, &old, old + 1)); return true;`,
    /gives up/,
  ],
  [`int old = atomic_read(${C}); while (!atomic_try_cmpxchg(${C}, &old, old * 2)) ; return true;`, /./],
  [`${DO.replace('REFUSES', 'if (!old) return false; if (stopped(n)) return false;')} return true;`, /./],
  [`${DO.replace('REFUSES', 'atomic_inc(&n->refs); if (!old) return false;')} return true;`, /./],
  [`${DO.replace('REFUSES', 'if (!old) return false; trace(n);')} return true;`, /./],
];

describe('a loop that is no such op is left alone, and told why', () => {
  for (const [body, why] of OTHERS)
    test(body.replace(/\s+/g, ' ').slice(0, 120), () => {
      const head = body.includes('3 - old') ? 'static int f(struct node *n)' : undefined;
      const found = loopsIn(body, head);
      expect(found).toEqual([expect.stringMatching(why)]);
    });
});

test('a limit above, and a count that is told', () => {
  const limited = { kind: 'get', by: '1', gives: 'bool', limit: '16' };
  const limit = `${DO.replace('REFUSES', 'if (old <= 0 || old >= 16) return false;')} return true;`;
  expect(loopsIn(limit)).toMatchObject([{ effect: limited, text: 'return op;' }]);
  const told = `${DO.replace('REFUSES', 'if (!old) return 0;')} return old + 7;`;
  expect(loopsIn(told, 'static int f(struct node *n)')).toMatchObject([
    { effect: GET, text: 'if (!op)\n\treturn 0;\nreturn 8;' },
  ]);
});

test('a loop in a macro', () => {
  const statements = DO.replace('REFUSES', 'if (!old) break;');
  const found = (macro: string) => {
    const text = `#define get(n) ${macro}\n`;
    const tokens = tokensOf(text);
    return loopsOf({ name: 'a.c', text, tokens, bodies: bodiesOf('a.c', text, tokens) }, 'refs', {
      names: new Map(),
      params: new Set(),
      accessors: new Set(),
    });
  };
  const given = found(`({ ${statements} old != 0; })`).known;
  expect(given).toMatchObject([{ op: { effect: GET, gives: true } }]);
  expect(loopText(given[0]!.op, 'op')).toBe('op;');
  const plain = `int old = atomic_read(${C}); while (!atomic_try_cmpxchg(${C}, &old, old + 1)) ;`;
  expect(found(`do { ${plain} } while (0)`).known).toMatchObject([
    { op: { effect: { kind: 'add', sign: 1 }, use: { kind: 'void' } } },
  ]);
});

test('declarations that nothing needs any more go, and those that are needed stay', () => {
  const body = `int old, other = n->other; use(other); do { old = atomic_read(${C}); if (!old) return; } while (atomic_cmpxchg(${C}, old, old + 1) != old); use(other);`;
  const [loop] = loopsIn(body, 'static void f(struct node *n)');
  expect(loop).toMatchObject({ text: 'if (!op)\n\treturn;', orphans: 1 });
});
