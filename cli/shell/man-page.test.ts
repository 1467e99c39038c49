import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { describedProgram, EXIT_CODES } from '../command-line.ts';
import { EXAMPLES } from '../io/examples.ts';
import { everyCommand, modelOf } from './command-model.ts';
import { manPage } from './man-page.ts';

const ROOT = modelOf(describedProgram());
const PAGE = manPage(ROOT, { version: '9.9.9', exitCodes: EXIT_CODES });
const has = (program: string) => spawnSync(program, ['-V']).error === undefined;

test.skipIf(!has('mandoc') && process.env.CI === undefined)('lint finds nothing in it', () => {
  const { stdout, stderr } = spawnSync('mandoc', ['-Tlint'], { input: PAGE, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toBe('');
});

test.skipIf(!has('mandoc') && process.env.CI === undefined)(
  'a reader finds each command, option and example',
  () => {
    const { stdout } = spawnSync('mandoc', ['-Tutf8', '-Owidth=400'], { input: PAGE, encoding: 'utf8' });
    // Bold and underlined letters are printed over themselves.
    const read = stdout.replaceAll(new RegExp(`.${String.fromCharCode(8)}`, 'gu'), '');
    for (const { path, options, commands } of everyCommand(ROOT)) {
      if (commands.length > 0) continue;
      expect(read).toContain(`refuzz ${path}`);
      for (const { flags } of options) for (const flag of flags) expect(read, path).toContain(flag);
    }
    for (const { command } of Object.values(EXAMPLES).flat()) expect(read).toContain(`$ ${command}`);
    for (const [, meaning] of EXIT_CODES) expect(read).toContain(meaning);
  },
);
