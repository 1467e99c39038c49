import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { loadCases } from '../case/corpus.ts';
import { type JsfuzzOptions, type JsfuzzStatus, runJsfuzz, superviseJsfuzz } from './engine.ts';
import { findJsfuzz } from './find-jsfuzz.ts';

const home = mkdtempSync(join(tmpdir(), 'refuzz-jsfuzz-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => join(home, `state-${folders++}`);

/** Options that collect what comes, and stop when `isEnough` says so. */
function collector(isEnough: (seen: Collected) => boolean, folder = newFolder()) {
  const seen: Collected = { signatures: [], crashes: [], groups: [], status: undefined };
  const options: JsfuzzOptions = {
    folder,
    known: new Set(),
    isStopped: () => isEnough(seen),
    onRawFinding: ({ divergence }) => seen.signatures.push(signatureOf(divergence)),
    onCrash: (text) => seen.crashes.push(text),
    onStart: (group) => seen.groups.push(group),
    onStatus: (status) => {
      seen.status = status;
    },
  };
  return { seen, options, folder };
}

interface Collected {
  readonly signatures: string[];
  readonly crashes: string[];
  readonly groups: number[];
  status: JsfuzzStatus | undefined;
}

/** Processes of a group that are left; not those that nobody has asked yet how they ended. */
function processesOf(group: number): string[] {
  const all = execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => new RegExp(`^\\s*${group}\\s+[^Z\\s]`).test(line));
}

/** A harness of other people's making. */
function harnessFile(name: string, code: string): string {
  // A folder for each: tests that run side by side would read what another one is writing.
  const folder = join(home, 'harnesses', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  const file = join(folder, `${name}.js`);
  writeFileSync(file, code);
  return file;
}

const target = targetLike('canary');
const program = (harness: string) => ({ target, harness, environment: {} });

const CANARY = ['dec_and_test-interior-result-breaks', 'inc_not_zero-interior-result-breaks'];

test.concurrent('both bugs of the canary are found, nothing is left running, and what was gathered is kept', async () => {
  const target = loadTarget('targets/canary.yaml');
  const { seen, options, folder } = collector(({ signatures }) =>
    CANARY.every((signature) => signatures.includes(signature)),
  );
  await runJsfuzz(target, options);
  expect(seen.crashes).toEqual([]);
  expect(new Set(seen.signatures).size).toBe(seen.signatures.length);
  expect(seen.status!.execs).toBeGreaterThan(0);
  expect(readdirSync(join(folder, 'inputs')).length).toBe(seen.status!.corpus);
  expect(seen.groups).toHaveLength(2);
  for (const group of seen.groups) expect(processesOf(group)).toEqual([]);

  // From what was gathered, everything is found again at once; what is known is not reported.
  const again = collector(
    ({ signatures, status }) => signatures.length > 0 || (status?.execs ?? 0) > 2_000,
    folder,
  );
  await runJsfuzz(target, { ...again.options, known: new Set([...seen.signatures, ...MORE_OF_THE_CANARY]) });
  expect(again.seen.signatures).toEqual([]);
  expect(again.seen.status!.met.map(({ divergence }) => signatureOf(divergence))).toEqual(
    expect.arrayContaining(CANARY),
  );
});

const MORE_OF_THE_CANARY = loadCases(['corpus/canary']).map(({ case: { expect } }) =>
  signatureOf(expect.divergence),
);

describe.concurrent('jsfuzz that does not run is an error, although it ends with success', () => {
  test.each([
    ['no file at all', '/nowhere/harness.js', /Cannot find module/],
    ['a file that fails', harnessFile('fails', 'throw new Error("no such luck");'), /no such luck/],
    ['a file that ends the process', harnessFile('exits', 'process.exit(0);'), /Worker exited/],
    [
      'a function that does nothing',
      harnessFile('idle', 'exports.fuzz = () => process.exit(0);'),
      /Worker exited/,
    ],
  ])('%s', async (_, harness, said) => {
    const { seen, options } = collector(() => false);
    const failure = superviseJsfuzz(program(harness), options);
    await expect(failure).rejects.toThrow(said);
    await expect(failure).rejects.toThrow('did not find a planted failure (exit code 0)');
    expect(seen.signatures).toEqual([]);
  });

  test('a harness that finds the planted failure, and then runs nothing', async () => {
    const code = `exports.fuzz = () => { if (process.env.REFUZZ_JSFUZZ === 'probe') throw new Error(); process.exit(0); };`;
    const { options } = collector(() => false);
    await expect(superviseJsfuzz(program(harnessFile('lazy', code)), options)).rejects.toThrow(
      'ran no input',
    );
  });
});

test.concurrent('a package that is not there is asked for by name', () => {
  expect(() => findJsfuzz('/nowhere/at/all.js')).toThrow('npm install jsfuzz@1.0.15');
  const alone = join(home, 'alone', 'node_modules', 'jsfuzz');
  mkdirSync(join(alone, 'build'), { recursive: true });
  writeFileSync(join(alone, 'package.json'), '{ "name": "jsfuzz", "bin": { "jsfuzz": "build/index.js" } }');
  expect(() => findJsfuzz(join(home, 'alone', 'x.js'))).toThrow(/cannot load istanbul-lib-instrument/);
});

test.concurrent('an input that takes too long is kept and reported, and the search goes on', async () => {
  // A heartbeat, and then no end, for every input but the first.
  const code = `
    const { writeFileSync } = require('node:fs');
    let execs = 0;
    exports.fuzz = () => {
      if (process.env.REFUZZ_JSFUZZ === 'probe') throw new Error();
      writeFileSync('heartbeat.json', JSON.stringify({ execs: ++execs, undecided: 0, met: [] }));
      if (execs > 1) for (;;);
    };`;
  const { seen, options, folder } = collector(
    ({ crashes, groups }) => crashes.length > 0 && groups.length > 2,
  );
  await superviseJsfuzz(program(harnessFile('hangs', code)), { ...options, timeout: 1 });
  expect(seen.crashes[0]).toMatch(/^an input took too long; the input is in .*crash.crash-/);
  expect(readdirSync(join(folder, 'crash'))).toHaveLength(1);
  expect(seen.status!.restarts).toBeGreaterThan(0);
  for (const group of seen.groups) expect(processesOf(group)).toEqual([]);
});

test.concurrent('jsfuzz that somebody kills is started again', async () => {
  const code = `
    const { renameSync, writeFileSync } = require('node:fs');
    const heartbeat = JSON.stringify({ execs: 5000, undecided: 0, met: [] });
    let isFirst = true;
    exports.fuzz = () => {
      if (process.env.REFUZZ_JSFUZZ === 'probe') throw new Error();
      if (isFirst) writeFileSync('.heartbeat', heartbeat);
      if (isFirst) renameSync('.heartbeat', 'heartbeat.json');
      isFirst = false;
    };`;
  const { seen, options } = collector(({ status }) => (status?.restarts ?? 0) > 0 && status!.execs > 5000);
  const kill = (status: JsfuzzStatus) => {
    seen.status = status;
    if (status.restarts === 0 && status.execs > 0) process.kill(-seen.groups.at(-1)!, 'SIGKILL');
  };
  await superviseJsfuzz(program(harnessFile('killed', code)), { ...options, onStatus: kill });
  expect(seen.crashes).toEqual(['jsfuzz ended by itself (SIGKILL) and was started again']);
  expect(seen.status).toMatchObject({ execs: 10_000, restarts: 1 });
});

test.concurrent('nothing goes on when its parent is killed outright', async () => {
  const code = `
    import { runJsfuzz } from ${JSON.stringify(resolve('dist/fuzz/jsfuzz/engine.js'))};
    import { loadTarget } from ${JSON.stringify(resolve('dist/targets/target/target-file.js'))};
    const target = loadTarget(${JSON.stringify(resolve('targets/canary.yaml'))});
    await runJsfuzz(target, {
      folder: ${JSON.stringify(newFolder())}, known: new Set(), isStopped: () => false,
      onRawFinding() {}, onCrash() {}, onStart: (group) => console.log('group', group),
      onStatus: ({ execs }) => { if (execs > 0) console.log('running'); },
    });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of parent.stdout) {
    said += chunk;
    if (said.includes('running')) break;
  }
  const groups = [...said.matchAll(/group (\d+)/g)].map((match) => Number(match[1]));
  expect(processesOf(groups.at(-1)!).length).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let tries = 0; tries < 50 && processesOf(groups.at(-1)!).length > 0; tries++) await setTimeout(100);
  expect(groups.flatMap(processesOf)).toEqual([]);
});
