import { describe, expect, test } from 'vitest';
import { InputError } from '../subject/input-error.ts';
import type { Target } from './target.ts';
import { dataOf, type TargetData, targetOf } from './target-data.ts';
import { loadBuiltInTargets } from './target-file.ts';
import { openTarget, pairSource } from './target-source.ts';

const throughJson = (data: TargetData) => JSON.parse(JSON.stringify(data)) as TargetData;

describe('a target as JSON is the same target', () => {
  test.each(loadBuiltInTargets().map((target) => [target.name, target] as const))('%s', (_, target) => {
    expect(targetOf(throughJson(dataOf(target, [])))).toEqual(target);
  });

  test('compiled C is in it', async () => {
    const folder = 'docs/examples/c/inet-peer';
    const source = await pairSource('pair', `${folder}/before.c`, `${folder}/biased.c`, {});
    const target = openTarget(source);
    const again = targetOf(throughJson(dataOf(target, source.compiled)));
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
  const data = dataOf({ ...target!, subject }, []);
  expect(targetOf(data, [subject]).subject).toBe(subject);
  expect(() => targetOf(data)).toThrow(InputError);
  expect(() => targetOf(data)).toThrow('there is no subject "mine"');
});
