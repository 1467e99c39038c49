import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';

/** A slip that lets reads take older writes than any interleaving has them take. */
export interface WeakSlip {
  readonly name: string;
  readonly before: Scheme;
  readonly after: Scheme;
  readonly program: string;
  /** As `repairText` says it. */
  readonly repair: string;
}

type Ops = Readonly<Record<string, (object: RcuObject) => Outcome>>;

function scheme(ops: Ops, words: readonly string[]): Scheme {
  return {
    kind: 'scheme',
    name: 'words',
    about: 'two words that threads tell each other things by',
    bias: 0,
    words: words.map((name) => ({ name, isInObject: false })),
    states: { start: { count: 1, list: 1, holders: [] } },
    ops: Object.fromEntries(
      Object.entries(ops).map(([name, run]): [string, SchemeOp] => [name, { role: 'other', run }]),
    ),
    callback() {},
  };
}

/** Each raises its flag and looks at the other's: at most one finds that down. */
function dekker(order: MemoryOrder, isFenced: boolean): Scheme {
  return scheme(
    {
      enter({ words: [mine, other] }) {
        mine!.exchange(1, order);
        return other!.load('relaxed') === 0 ? 'granted' : 'refused';
      },
      come({ words: [other, mine] }) {
        mine!.store(1, 'relaxed');
        if (isFenced) mine!.fence('full');
        return other!.load('relaxed') === 0 ? 'granted' : 'refused';
      },
    },
    ['mine', 'theirs'],
  );
}

/** Data that is written and then published: who finds it published finds it written. */
function published(store: MemoryOrder, load: MemoryOrder, fence?: MemoryOrder): Scheme {
  return scheme(
    {
      publish({ words: [data, ready] }) {
        data!.store(1, 'relaxed');
        if (fence) data!.fence(fence);
        ready!.store(1, store);
        return 'void';
      },
      take({ words: [data, ready] }) {
        if (ready!.load(load) === 0) return 'void';
        return data!.load('relaxed') === 1 ? 'granted' : 'refused';
      },
    },
    ['data', 'ready'],
  );
}

/** The same, handed on by a third who has only seen it: a release is cumulative. */
function handedOn(order: MemoryOrder): Scheme {
  return scheme(
    {
      publish({ words: [data, ready] }) {
        data!.store(1, 'relaxed');
        ready!.store(1, 'release');
        return 'void';
      },
      pass({ words: [, ready, told] }) {
        if (ready!.load('relaxed') === 0) return 'void';
        told!.store(1, order);
        return 'granted';
      },
      take({ words: [data, , told] }) {
        if (told!.load('acquire') === 0) return 'void';
        return data!.load('relaxed') === 1 ? 'granted' : 'refused';
      },
    },
    ['data', 'ready', 'told'],
  );
}

/** A reader of a pair that a lock would keep together. */
function locked(isLocked: boolean): Scheme {
  const inside = (object: RcuObject, run: () => Outcome): Outcome => {
    if (!isLocked) return run();
    object.lock.acquire();
    const outcome = run();
    object.lock.release();
    return outcome;
  };
  return scheme(
    {
      change: (object) =>
        inside(object, () => {
          object.words[0]!.store(1, 'relaxed');
          object.words[1]!.store(1, 'relaxed');
          return 'void';
        }),
      look: (object) =>
        inside(object, () => {
          if (object.words[1]!.load('relaxed') === 0) return 'void';
          return object.words[0]!.load('relaxed') === 1 ? 'granted' : 'refused';
        }),
    },
    ['one', 'other'],
  );
}

/** Each with the program that shows it and the smallest repair. */
export const WEAK_SLIPS: readonly WeakSlip[] = [
  {
    name: 'the read-modify-write before the look at the other flag is relaxed',
    before: dekker('full', true),
    after: dekker('relaxed', true),
    program: 'start: enter | come',
    repair: 'full order of the exchange of enter',
  },
  {
    name: 'smp_mb between the store and the look is left out',
    before: dekker('full', true),
    after: dekker('full', false),
    program: 'start: enter | come',
    repair: 'full order of the store of come',
  },
  {
    name: 'the release is left out',
    before: published('release', 'acquire'),
    after: published('relaxed', 'acquire'),
    program: 'start: publish | take',
    repair: 'release at the store of publish',
  },
  {
    name: 'the acquire is left out',
    before: published('release', 'acquire'),
    after: published('release', 'relaxed'),
    program: 'start: publish | take',
    repair: 'acquire behind the load of take',
  },
  {
    name: 'smp_rmb in place of smp_wmb',
    before: published('relaxed', 'acquire', 'release'),
    after: published('relaxed', 'acquire', 'acquire'),
    program: 'start: publish | take',
    repair: 'release at the store of publish',
  },
  {
    name: 'who hands on does not release',
    before: handedOn('release'),
    after: handedOn('relaxed'),
    program: 'start: publish | pass | take',
    repair: 'release at the store of pass',
  },
];

/** No slips: the same without an order that something else keeps. */
export const NO_WEAK_SLIPS: readonly Omit<WeakSlip, 'repair'>[] = [
  {
    name: 'relaxed accesses within a lock',
    before: locked(true),
    after: locked(true),
    program: 'start: change | look',
  },
  {
    name: 'smp_wmb in place of a release',
    before: published('release', 'acquire'),
    after: published('relaxed', 'acquire', 'release'),
    program: 'start: publish | take',
  },
];
