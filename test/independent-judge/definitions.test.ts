import { expect, test } from 'vitest';
import { independentJudge, wordOf } from './agreement.ts';
import { KNOWN_PAIRS } from './known-pairs.ts';

// The independent judge is only as good as its own verdicts.
test.each(KNOWN_PAIRS)('$what', ({ before, after, program, verdict, divergences }) => {
  const found = independentJudge()(before, after, program);
  if (typeof found === 'string') throw new Error(found);
  expect([wordOf(found), ...found.divergences]).toEqual([verdict, ...divergences]);
});
