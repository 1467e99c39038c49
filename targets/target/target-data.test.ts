import { describe, expect, test } from 'vitest';
import { InputError } from '../subject/input-error.ts';
import { loadBuiltInTargets } from './built-in-targets.ts';
import { readPair } from './read-target.ts';
import type { Target } from './target.ts';
import { dataOf, openTarget, type TargetData } from './target-data.ts';

const throughJson = (data: TargetData) => JSON.parse(JSON.stringify(data)) as TargetData;

describe('a target as JSON is the same target', () => {
  test.each(loadBuiltInTargets().map((target) => [target.name, target] as const))('%s', (_, target) => {
    expect(openTarget(throughJson(dataOf(target)))).toEqual(target);
  });

  test('compiled C is in it', async () => {
    const folder = 'docs/examples/c/inet-peer';
    const target = await readPair('pair', `${folder}/before.c`, `${folder}/biased.c`);
    const again = openTarget(throughJson(dataOf(target)));
    const plain = ({ reference, subject, ...rest }: Target) => ({
      ...rest,
      sides: [reference, subject].map((side) => side !== 'ideal' && [side.name, Object.keys(side.ops)]),
    });
    expect(plain(again)).toEqual(plain(target));
  });
});

test('subjects of the caller’s own can be named, and what nobody knows is an error', () => {
  const [target] = loadBuiltInTargets();
  const subject = { ...target!.subject, name: 'mine' };
  const data = dataOf({ ...target!, subject });
  expect(openTarget(data, [subject]).subject).toBe(subject);
  expect(() => openTarget(data)).toThrow(InputError);
  expect(() => openTarget(data)).toThrow('there is no subject "mine"');
});
