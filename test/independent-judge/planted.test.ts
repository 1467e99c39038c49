import { test } from 'vitest';
import { runsOf } from './agreement.ts';
import { pairOf } from './pairs.ts';
import { PLANTED } from './planted-faults.ts';

test('x', { timeout: 1e6 }, () => {
  const left = new Map(PLANTED);
  const at: [string, number][] = [];
  for (let n = 0; n < 1500 && left.size > 0; n++) {
    const pair = pairOf(n, 3);
    for (const program of pair.programs) {
      const runs = runsOf(pair.before, pair.after, program);
      if (typeof runs === 'string') continue;
      const truth = JSON.stringify(runs.verdict());
      for (const [name, rules] of left)
        if (JSON.stringify(runs.verdict(rules)) !== truth) {
          left.delete(name);
          at.push([name, n]);
        }
    }
  }
  console.log(at, left.keys());
});
