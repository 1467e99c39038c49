import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ENTRY = 'dist/cli/refuzz.cjs';

/** Runs the entry in a Node that says it is of another version. */
function underNode(version: string): { code: number | null; err: string; out: string } {
  const script = `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} });
process.argv = [process.argv[0], 'refuzz', '--version'];
require('./${ENTRY}');`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return { code: status, err: stderr, out: stdout };
}

test.each(['0.12.18', '8.17.0', '18.20.8', '20.11.1'])('Node %s is told which one it takes', (version) => {
  const { code, err } = underNode(version);
  expect(err).toMatch(
    new RegExp(
      `^refuzz: needs Node 20\\.12 or later, and this is Node ${version}; install a newer one, from \\S+\\n$`,
    ),
  );
  expect(code).toBe(2);
});

test.each(['20.12.0', '20.20.2', '22.1.0', '100.0.0'])('Node %s goes on', (version) => {
  const { code, err, out } = underNode(version);
  expect({ code, err, out }).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test('the entry has no word that Node 0.12 could not parse', () => {
  const text = readFileSync(ENTRY, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, '');
  expect(text).not.toMatch(/=>|`|\.\.\.|\?\?|\?\.|\b(?:const|let|class|import|export|async|await|of)\b/);
  expect(JSON.parse(readFileSync('package.json', 'utf8')).bin).toEqual({ refuzz: ENTRY });
});
