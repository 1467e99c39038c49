import type { Census, Counter, CounterType, Site } from '../../audit/census/counter.ts';
import { type Judged, VERDICTS, type Verdict } from '../../audit/census/verdict.ts';
import { type Audit, byConcern } from '../../export/audit/audit.ts';

/*
 * Audits made by hand, for tests of what is made of them: nothing is read, and every field has something in it somewhere.
 */

/** A site, void and typed unless said otherwise. */
export function site(file: string, line: number, more: Partial<Site> = {}): Site {
  return {
    file,
    line,
    text: 'refcount_inc(&p->users);',
    from: line * 40,
    to: line * 40 + 24,
    op: 'inc',
    written: 'refcount_inc',
    amounts: [],
    fn: 'p_get',
    object: 'p',
    via: [],
    attribution: 'typed',
    use: { result: 'void', tests: [], isPartOfCondition: false },
    locks: [],
    ...more,
  };
}

/** A counter with its verdict. */
export function judged(
  name: string,
  file: string,
  verdict: Verdict,
  more: Partial<Omit<Judged, 'counter'>> & { counter?: Partial<Counter> } = {},
): Judged {
  const [struct, field] = name.includes('.') ? (name.split('.') as [string, string]) : ['', name];
  const isReference = ['misuse', 'sound', 'weighted'].includes(verdict);
  const type: CounterType = verdict === 'listed' ? 'lockref' : isReference ? 'refcount_t' : 'atomic_t';
  const counter: Counter = {
    name,
    id: name,
    struct,
    field,
    type,
    shape: 'one',
    declared: { file, line: 7, text: `${type} ${field};`, from: 100, to: 110 },
    comment: '',
    sites: [site(file, 20), site(file, 30, { op: 'dec_and_test', written: 'refcount_dec_and_test' })],
    escapes: [],
    embeddedIn: [],
    ...more.counter,
  };
  return {
    verdict,
    protocol: verdict === 'no' ? 'statistics' : 'plain',
    rule: `rule-of-${verdict}`,
    reasons: [
      {
        what: 'it is freed at 0',
        places: [{ file, line: 30, text: 'if (refcount_dec_and_test(&p->users))' }],
      },
    ],
    confidence: 'high',
    doubts: [],
    remedy: 'change the names',
    ...more,
    counter,
  };
}

/** One with all that a counter can have. */
export const WHOLE = judged('peer.refs', 'include/net/peer.h', 'by-one', {
  protocol: 'sentinel',
  rule: 'sentinel',
  confidence: 'medium',
  doubts: ['one op is attributed by its name'],
  remedy: 'add one to every value: 0 is dead, 1 is idle',
  reasons: [
    {
      what: 'dead at -1',
      places: [
        { file: 'net/peer.c', line: 31, text: 'if (atomic_cmpxchg(&p->refs, 0, -1) == 0)' },
        { file: 'net/peer.c', line: 55, text: 'if (atomic_add_unless(&p->refs, 1, -1))' },
      ],
    },
    { what: 'idle at 0', places: [] },
  ],
  counter: {
    type: 'atomic_t',
    comment: 'users, and -1 once it is dead',
    embeddedIn: ['big_peer'],
    escapes: [
      {
        kind: 'address',
        fn: 'peer_show',
        to: 'show_count',
        file: 'net/peer.c',
        line: 90,
        text: 'show_count(&p->refs);',
      },
      { kind: 'raw', fn: 'peer_dump', to: '', file: 'net/peer.c', line: 95, text: 'x = p->refs.counter;' },
    ],
    sites: [
      site('net/peer.c', 12, {
        op: 'init',
        written: 'ATOMIC_INIT',
        amounts: [1],
        fn: 'peer_new',
        isCreation: true,
        text: 'p->refs = ATOMIC_INIT(1);',
      }),
      site('net/peer.c', 20, { op: 'set', written: 'atomic_set', amounts: ['INITIAL'], fn: 'peer_reset' }),
      site('net/peer.c', 31, {
        op: 'cmpxchg',
        written: 'atomic_cmpxchg',
        amounts: [0, -1],
        fn: 'peer_gc',
        locks: ['&p->lock', 'rcu'],
        text: 'if (atomic_cmpxchg(&p->refs, 0, -1) == 0)',
        use: {
          result: 'tested',
          tests: [
            { relation: '==', with: 0, isAssertion: false, isAwaited: false },
            { relation: '<', with: 'LIMIT', isAssertion: true, isAwaited: true },
          ],
          isPartOfCondition: true,
          whenTrue: {
            calls: [
              { callee: 'unlink_peer', args: ['p'], isNested: false, line: 32 },
              { callee: 'peer_free', args: ['p'], isNested: true, line: 33 },
            ],
            frees: [
              { how: 'rcu', path: ['peer_free', 'kfree'], isSameObject: true, isConditional: true, line: 33 },
              { how: 'other', path: ['drop'], isSameObject: false, isConditional: false, line: 34 },
            ],
            wakes: ['wake_up'],
            leaves: 'return true',
          },
          whenFalse: { calls: [], frees: [], wakes: [], leaves: 'goto out' },
        },
      }),
      site('drivers/user.c', 44, {
        op: 'dec_and_test',
        written: 'atomic_dec_and_test',
        order: 'release',
        via: ['user_put', 'peer_put'],
        attribution: 'by name in the tree',
        release: 'user_release',
        locks: ['rcu'],
      }),
    ],
  },
});

/** Two misuses, of which one has a file of its own in its id; some of every other verdict; losses of every kind. */
export const MADE_UP: readonly Judged[] = [
  judged('priv.users', 'drivers/x/y.c', 'misuse', {
    protocol: 'starts at 0',
    rule: 'misuse-from-0',
    remedy: 'set it to 1 where the object is made',
    reasons: [
      {
        what: 'it starts at 0 and is incremented',
        places: [{ file: 'drivers/x/y.c', line: 20, text: 'refcount_inc(&p->users);' }],
      },
    ],
    counter: { id: 'priv.users@drivers/x/y.c' },
  }),
  judged('priv.users', 'drivers/z/y.c', 'misuse', {
    protocol: 'limit',
    rule: 'misuse-limit',
    counter: { id: 'priv.users@drivers/z/y.c' },
  }),
  judged('ticket.refs', 'fs/log/ticket.h', 'as-is'),
  judged('table.count', 'drivers/md/table.c', 'with-a-change', { remedy: 'set(1) at creation' }),
  WHOLE,
  judged('node.refcnt', 'fs/tree/node.c', 'with-care', { confidence: 'low' }),
  judged('stats.drops', 'net/core/stats.h', 'no'),
  judged('opens', 'drivers/x/y.c', 'no', { protocol: 'single open' }),
  judged('thing.ref', 'lib/thing.c', 'unknown', { protocol: 'unknown', remedy: '' }),
  judged('bo.usecnt', 'drivers/gpu/bo.h', 'sound'),
  judged('sock.wmem', 'net/core/sock.c', 'weighted'),
  judged('dentry.d_ref', 'fs/dentry.h', 'listed', { protocol: 'lockref', counter: { sites: [] } }),
].sort(byConcern(VERDICTS));

export const CENSUS: Census = {
  counters: MADE_UP.map(({ counter }) => counter),
  loss: {
    written: 1200,
    attributed: 1100,
    inWrappers: 76,
    lostCount: 24,
    lost: [
      {
        file: 'net/core/lost.c',
        line: 5,
        text: 'atomic_inc(&MACRO(x));',
        why: 'the type of MACRO is not known',
      },
    ],
  },
  skipped: [{ file: 'drivers/x/big.c', why: 'larger than 16 MB' }],
  files: { seen: 300, parsed: 120, cached: 100 },
};

/** The made-up audit; parts of it may be replaced. */
export function madeUp(more: Partial<Audit> = {}): Audit {
  return { tree: 'linux', census: CENSUS, judged: MADE_UP, ...more };
}

/** As many counters as a kernel has, with as many ops each. Folders, verdicts and texts vary by the number. */
export function large(counters: number): Audit {
  const folders = ['drivers/net/ethernet', 'drivers/gpu/drm', 'fs/xfs', 'net/ipv4', 'kernel', 'sound/core'];
  const all = Array.from({ length: counters }, (_, at) => {
    const file = `${folders[at % folders.length]}/unit${at % 97}/file${at % 311}.c`;
    const sites = Array.from({ length: 1 + (at % 10) }, (_, number) =>
      site(file, 10 + number * 3, {
        fn: `f${at}_${number}`,
        text: `atomic_inc(&p${at}->field_of_some_length_${number});`,
      }),
    );
    const one = judged(`structure_${at}.counter`, file, VERDICTS[at % VERDICTS.length]!);
    return { ...one, counter: { ...one.counter, sites } };
  }).sort(byConcern(VERDICTS));
  return { tree: 'linux', judged: all, census: { ...CENSUS, counters: all.map(({ counter }) => counter) } };
}
