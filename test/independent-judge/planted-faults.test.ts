import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { runsOf } from './agreement.ts';
import { pairOf } from './pairs.ts';
import { PLANTED } from './planted-faults.ts';
test('x', { timeout: 1e7 }, () => {
  const left = new Map(PLANTED.map(([name, rules]) => [name, rules]));
  const at: [string, number][] = [];
  for (let n = 0; n < 12000 && left.size > 0; n++) {
    const pair = pairOf(n, 3);
    for (const program of pair.programs) {
      const runs = runsOf(pair.before, pair.after, program);
      if (typeof runs === 'string') continue;
      const truth = JSON.stringify(runs.verdict());
      for (const [name, rules] of left) if (JSON.stringify(runs.verdict(rules)) !== truth) { left.delete(name); at.push([name, n]); }
    }
    if (n % 100 === 0) writeFileSync('/tmp/planted.txt', [n, ...at.map((x) => x.join(': ')), 'LEFT', ...left.keys()].join('\n'));
  }
  writeFileSync('/tmp/planted.txt', ['end', ...at.map((x) => x.join(': ')), 'LEFT', ...left.keys()].join('\n'));
});
