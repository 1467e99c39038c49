import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as Workflows from '@actions/workflow-parser';
import type * as Actions from '@actions/workflow-parser/actions/action-parser';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-ci-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const ACTION = readFileSync('action.yml', 'utf8');

/** GitHub's own parser: it imports JSON as bundlers allow it, and Node does not. */
async function ownParser(): Promise<typeof Workflows & typeof Actions> {
  const input = join(FOLDER, 'parser.mjs');
  const names = ['@actions/workflow-parser', '@actions/workflow-parser/actions/action-parser'];
  writeFileSync(input, names.map((name) => `export * from '${import.meta.resolve(name)}';`).join('\n'));
  const bundle = await rolldown({ input, platform: 'node' });
  const file = join(FOLDER, 'bundle.mjs');
  await bundle.write({ file });
  return import(file);
}
const { NoOperationTraceWriter, parseAction, parseWorkflow } = await ownParser();

/** What it says of an action or a workflow. */
function errorsOf(parse: typeof parseAction | typeof parseWorkflow, content: string): string[] {
  const { context } = parse({ name: 'file.yml', content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

describe('the GitHub Action', () => {
  test('is as the schema of actions wants it', () => {
    expect(errorsOf(parseAction, ACTION)).toEqual([]);
    expect(errorsOf(parseAction, ACTION.replace('using: composite', 'using: compositus'))).not.toEqual([]);
    expect(errorsOf(parseAction, ACTION.replace('shell: bash', 'shall: bash'))).not.toEqual([]);
  });

  test('has no input in a script, where it would be code', () => {
    for (const { run } of parse(ACTION).runs.steps) expect(run).not.toContain('${{');
  });

  const script: string = parse(ACTION).runs.steps[1].run;
  const act = (env: Record<string, string>) => {
    writeFileSync(join(FOLDER, 'refuzz'), `#!/bin/sh\nexec node ${resolve('dist/cli/main.js')} "$@"\n`);
    chmodSync(join(FOLDER, 'refuzz'), 0o755);
    cpSync('corpus/canary', join(FOLDER, 'some cases'), { recursive: true });
    return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: FOLDER,
      encoding: 'utf8',
      env: {
        PATH: `${FOLDER}:${process.env.PATH}`,
        GITHUB_OUTPUT: join(FOLDER, 'output'),
        JUNIT: 'a.xml',
        SARIF: 'a.sarif',
        ...env,
      },
    });
  };

  test('its script runs refuzz, and leaves both reports and the exit code', () => {
    const { status, stdout } = act({ COMMAND: 'replay', ARGUMENTS: 'some cases\n--signatures\n' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^::notice title=refuzz replay::\d+ ok$/m);
    expect(existsSync(join(FOLDER, 'a.xml')) && existsSync(join(FOLDER, 'a.sarif'))).toBe(true);
    expect(readFileSync(join(FOLDER, 'output'), 'utf8')).toBe('exit-code=0\n');
  });

  test('its script fails as refuzz does', () => {
    const { status, stdout } = act({ COMMAND: 'replay', ARGUMENTS: 'not there $(touch hacked)' });
    expect(status).toBe(2);
    expect(stdout).toContain('::error');
    expect(existsSync(join(FOLDER, 'hacked'))).toBe(false);
  });
});

test.each(['docs/ci.md', 'docs/audit.md'])('the workflows of %s are workflows', (path) => {
  const page = readFileSync(path, 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  const workflows = blocks.filter((text) => /^on:/m.test(text));
  expect(workflows.length).toBeGreaterThan(0);
  for (const text of workflows) {
    expect(errorsOf(parseWorkflow, text), text).toEqual([]);
    expect(errorsOf(parseWorkflow, text.replace('runs-on:', 'run-on:'))).not.toEqual([]);
  }
});

describe('the Containerfile', () => {
  const text = readFileSync('Containerfile', 'utf8').replaceAll(/\\\n/g, ' ');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const instructions = lines.map((line) => /^([A-Z]+) (.+)$/.exec(line)!.slice(1) as [string, string]);

  test('has instructions that there are, and begins with an image of a Node that refuzz runs on', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ARG', 'ENV', 'USER', 'ENTRYPOINT', 'CMD'];
    for (const [name] of instructions) expect(known).toContain(name);
    for (const [, image] of instructions.filter(([name]) => name === 'FROM'))
      expect(image).toMatch(/node:20-/);
  });

  test('copies what is there, and its scripts are shell', () => {
    for (const [, words] of instructions.filter(([name]) => name === 'COPY')) {
      const sources = words.split(' ').slice(0, -1);
      if (!words.startsWith('--from'))
        for (const source of sources) expect(existsSync(source), source).toBe(true);
    }
    for (const [, script] of instructions.filter(([name]) => name === 'RUN')) {
      const { status, stderr } = spawnSync('sh', ['-n', '-c', script], { encoding: 'utf8' });
      expect([status, stderr], script).toEqual([0, '']);
    }
  });

  test('its entry and its default are JSON', () => {
    for (const [name, words] of instructions)
      if (name === 'ENTRYPOINT' || name === 'CMD') expect(Array.isArray(JSON.parse(words))).toBe(true);
  });
});
