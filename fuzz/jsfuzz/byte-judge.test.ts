import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { parseProgram } from '../case/program-text.ts';
import { deciderOf } from '../judge/decide.ts';
import { Deadline, Interrupted } from '../run/interrupt.ts';
import { byteCodec } from './byte-codec.ts';
import { ByteJudge } from './byte-judge.ts';

const bytes = fc.uint8Array({ maxLength: 60 });

/** The input for a program in one line, and the order of its accesses. */
function input(judge: ByteJudge, text: string, schedule: readonly number[] = []): Uint8Array {
  const { harness } = judge;
  return byteCodec(harness, harness.target.threads).encode(parseProgram(harness, text), schedule);
}

const signaturesOf = (judge: ByteJudge, shown: Uint8Array) =>
  judge.judge(shown).map(({ divergence }) => signatureOf(divergence));

describe('the canary', () => {
  const judge = new ByteJudge(targetLike('canary'));

  test('the last put that comes one reference early: one op alone, from the value that it came upon', () => {
    const [shown] = judge.judge(input(judge, '1: inc_not_zero, dec_and_test'));
    expect(signatureOf(shown!.divergence)).toBe('dec_and_test-interior-result-breaks');
    expect(shown!.program).toEqual({ start: 2, threads: [[judge.harness.alphabet.id('dec_and_test')]] });
  });

  test('the race, and only under the schedule that has it', () => {
    const text = '1: inc_not_zero | dec_and_test';
    const race = 'inc_not_zero-interior-result-breaks';
    expect(signaturesOf(judge, input(judge, text, [0, 1, 0]))).toContain(race);
    expect(signaturesOf(judge, input(judge, text, [0, 0, 1]))).not.toContain(race);
  });
});

describe.each(['canary', 'refcount-v5.5', 'inet-peer-naive', 'ip-vs-dest-naive'])('%s', (name) => {
  const judge = new ByteJudge(targetLike(name));
  const decider = deciderOf(judge.harness);

  test('what an input shows, its program shows', () => {
    fc.assert(
      fc.property(bytes, (shown) => {
        for (const { divergence, program, schedule } of judge.judge(shown)) {
          const signature = signatureOf(divergence);
          expect([...decider.rawFindings(program, signature, schedule)!.keys()]).toContain(signature);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the same bytes show the same, also to another judge', () => {
    const other = new ByteJudge(targetLike(name));
    fc.assert(
      fc.property(bytes, (shown) => {
        expect(signaturesOf(other, shown)).toEqual(signaturesOf(judge, shown));
      }),
      { numRuns: 60 },
    );
  });
});

test('an input is given up when its judge is interrupted, and judged by another one', () => {
  let isOver = false;
  const target = targetLike('refcount-v5.5');
  const judge = new ByteJudge(target, undefined, new Deadline(() => isOver));
  const bytes = input(judge, '0: inc | read', [0, 1, 0]);
  isOver = true;
  expect(() => judge.judge(bytes)).toThrow(Interrupted);
  expect(new ByteJudge(target).judge(bytes)).not.toEqual([]);
});

test('states of affairs only ever get more, and another schedule is one', () => {
  const judge = new ByteJudge(targetLike('refcount-v5.5'));
  const after = (text: string, schedule?: readonly number[]) => {
    judge.judge(input(judge, text, schedule));
    return judge.features;
  };
  const alone = after('1: inc_not_zero, dec_and_test');
  expect(alone).toBeGreaterThan(0);
  expect(after('1: inc_not_zero, dec_and_test')).toBe(alone);
  const apart = after('1: inc_not_zero | dec_and_test', [0, 0, 1]);
  expect(after('1: inc_not_zero | dec_and_test', [0, 1, 0])).toBeGreaterThan(apart);
});

test('a program of a scheme that is too large is judged in part', () => {
  const judge = new ByteJudge(targetLike('ip-vs-dest-naive'));
  const { harness } = judge;
  const threads = Array.from({ length: 3 }, () => Array(3).fill(harness.target.ops.slice(0, 3).join(', ')));
  const text = `${harness.target.initial[0]}: ${threads.map((ops) => ops[0]).join(' | ')}`;
  judge.judge(input(judge, text));
  expect(judge.undecided).toBe(0);
});

test('raw values without end do not fill the memory', () => {
  const judge = new ByteJudge(targetLike('refcount-v5.5'), 200);
  const add = judge.harness.target.ops.indexOf('add');
  const before = judge.harness;
  let features = 0;
  for (let at = 0; at < 200; at++) {
    judge.judge(Uint8Array.of(0, 0, add, 255, at, 1, 2, 3));
    expect(judge.features).toBeGreaterThanOrEqual(features);
    features = judge.features;
  }
  expect(judge.harness).not.toBe(before);
  expect(judge.harness.alphabet.size).toBeLessThan(200);
});
