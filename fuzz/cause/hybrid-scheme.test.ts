import { describe, expect, test } from 'vitest';
import { inetPeer, inetPeerBiased } from '../../targets/schemes/inet-peer.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { INT_MIN } from '../../targets/subject/values.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import type { Target } from '../../targets/target/target.ts';
import { deciderOf } from '../judge/decide.ts';
import { harnessOf } from '../run/harness.ts';
import { LoneWord } from '../sweep/lone-word.ts';
import { namesInSubject, seenThrough, wordsOfBoth } from './biased-view.ts';
import { hybridScheme, isMiscounted } from './hybrid-scheme.ts';
import { subsets } from './substitution.ts';

describe('a count through a bias of 1', () => {
  const through = (inside: number) => {
    const word = new LoneWord(inside, []);
    const { count } = seenThrough({ count: word, wide: [], pairs: [] } as unknown as RcuObject, {
      bias: 1,
      places: [],
      pairs: [],
    });
    return { word, count };
  };

  test.each<readonly [string, (count: Word) => unknown, answer: unknown, inside: number]>([
    ['load', (count) => count.load(), 2, 3],
    ['store 5', (count) => count.store(5), undefined, 6],
    ['exchange 5', (count) => count.exchange(5), 2, 6],
    ['fetch_add 1', (count) => count.fetchAdd(1), 2, 4],
    ['fetch_sub 1', (count) => count.fetchSub(1), 2, 2],
    ['compare_exchange 2 7', (count) => count.compareExchange(2, 7), 2, 8],
    ['compare_exchange 3 7, which fails', (count) => count.compareExchange(3, 7), 2, 3],
    // 2 | 1 is 3, and with the bias 4.
    ['fetch_or 1', (count) => count.fetchBits('or', 1), 2, 4],
    ['fetch_and 6', (count) => count.fetchBits('and', 6), 2, 3],
    ['update to twice the value', (count) => count.update((old) => 2 * old), 2, 5],
    ['update that keeps', (count) => count.update(() => KEEP), 2, 3],
  ])('%s', (_, act, answer, inside) => {
    const { word, count } = through(3);
    expect([act(count), word.value]).toEqual([answer, inside]);
  });

  test('wraps like any 32 bits', () => {
    const { word, count } = through(INT_MIN);
    count.store(2 ** 31 - 1);
    expect([count.load(), word.value]).toEqual([2 ** 31 - 1, INT_MIN]);
  });
});

/** A scheme with these words, each 7 in its one state, and no ops. */
function withWords(count: number, ...names: readonly string[]): Scheme {
  const words = names.map((name) => ({ name, isInObject: false }));
  const state = { count, list: 1 as const, holders: [], words: names.map(() => 7) };
  return { ...inetPeer, words, ops: {}, states: { one: state } };
}

describe('own words', () => {
  test('with one name are one; what only the base has is added, with what it holds there', () => {
    const [subject, base] = [withWords(1, 'lock', 'done'), withWords(1, 'done', 'lock', 'wait')];
    expect(wordsOfBoth(subject, base).map(({ name }) => name)).toEqual(['lock', 'done', 'wait']);
    expect(hybridScheme(subject, base, new Set(), new Set()).states.one?.words).toEqual([7, 7, 7]);
  });

  test('are renamed where each side has as many that the other lacks', () => {
    const [subject, base] = [withWords(1, 'lock', 'registry'), withWords(1, 'table', 'lock')];
    expect(namesInSubject(subject, base)).toEqual(['registry', 'lock']);
    expect(wordsOfBoth(subject, base)).toHaveLength(2);
  });
});

test('a state is miscounted where only its count is off', () => {
  const [subject, base] = [withWords(2), withWords(1)];
  expect(isMiscounted(subject, base, 'one')).toBe(true);
  expect(isMiscounted({ ...subject, bias: 1 }, base, 'one')).toBe(false);
  const readers = { ...subject.states.one!, holders: [0], readers: true };
  expect(isMiscounted({ ...subject, states: { one: readers } }, base, 'one')).toBe(false);
});

test('of two sound protocols any mixture is sound', () => {
  const target: Target = {
    name: 'mixture',
    about: 'made for this test',
    reference: inetPeer,
    subject: inetPeerBiased,
    threads: 2,
    ops: Object.keys(inetPeer.ops),
    initial: ['idle', 'one', 'two'],
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
  const names = ['lookup', 'lookup_locked', 'put', 'gc', 'callback'];
  for (let size = 0; size <= names.length; size++) {
    for (const ops of subsets(names, size)) {
      const mixed = hybridScheme(inetPeerBiased, inetPeer, new Set(ops), new Set(['base', 'subject']));
      const harness = harnessOf({ ...target, subject: mixed });
      const decider = deciderOf(harness);
      for (const start of target.initial)
        for (const one of harness.calls)
          for (const other of harness.calls)
            expect(decider.rawFindings({ start, threads: [[one], [other]] })?.size, `${ops}`).toBe(0);
    }
  }
});

test('a callback of one side only is called whichever was chosen', () => {
  const queue: SchemeOp = {
    role: 'other',
    run(object) {
      object.rcu.call();
      return 'void';
    },
  };
  const called: string[] = [];
  const side = (name: string): Scheme => ({
    ...withWords(1),
    ops: { queue },
    callback: () => void called.push(name),
  });
  const object = {
    rcu: { call: () => {} },
    words: [],
    locks: [],
    wide: [],
    pairs: [],
    count: new LoneWord(1, []),
  } as unknown as RcuObject;
  const mixed = hybridScheme(side('subject'), side('base'), new Set(['queue']), new Set());
  mixed.ops.queue!.run(object, 0, 0);
  mixed.callback(object, 0);
  expect(called).toEqual(['base']);
});
