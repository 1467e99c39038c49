import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/*
 * The build. TypeScript and rolldown are programs of the machine, which npm installs as optional packages. Where somebody has
 * left those out, the TypeScript that is written in JavaScript compiles the same, four times as slowly, and nothing is
 * bundled: every module is a file, and a command takes a tenth of a second longer to start.
 */

const ROOT = import.meta.dirname;
const node = (...args) => execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
const has = (name, from) => {
  try {
    createRequire(join(ROOT, 'node_modules', from, 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
};

const isNative = has(`@typescript/typescript-${process.platform}-${process.arch}/package.json`, 'typescript');
const tsc = join(ROOT, 'node_modules', isNative ? 'typescript' : 'typescript-in-javascript', 'bin', 'tsc');
node(tsc, '-p', 'tsconfig.build.json');
// The older of the two has no bundler's way to find modules for CommonJS, and another default.
node(
  tsc,
  '-p',
  'tsconfig.cjs.json',
  ...(isNative ? [] : ['--moduleResolution', 'node10', '--esModuleInterop']),
);
node('dist/fuzz/jsfuzz/write-built-ins.js');
node('dist/cli/write-man-page.js');
node('dist/cli/audit/write-schema.js');

const canBundle = await import('rolldown').then(
  () => true,
  () => false,
);
if (canBundle) {
  node('bundle.mjs');
  node('bundle-page.mjs');
} else
  process.stderr.write(
    'rolldown has no binding here: dist/ is not bundled, starts more slowly, and has no pages\n',
  );

for (const name of ['refuzz.cjs', 'load.cjs'])
  copyFileSync(join(ROOT, 'cli', name), join(ROOT, 'dist', 'cli', name));
for (const name of ['refuzz.cjs', 'main.js']) chmodSync(join(ROOT, 'dist', 'cli', name), 0o755);
