import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';

/** What jsfuzz loads and does not say that it needs. npm's flat layout has them by way of other packages. */
const UNDECLARED = ['istanbul-lib-instrument', 'istanbul-lib-hook'];

/**
 * The script that starts jsfuzz.
 *
 * @param from the file that looks for the package
 * @throws InputError when it is not installed, or not so that it can run
 */
export function findJsfuzz(from: string = import.meta.url): string {
  const manifest = resolved(from, 'jsfuzz/package.json');
  if (!manifest) throw new InputError('jsfuzz', 'is not installed; npm install jsfuzz@1.0.15');
  const { bin } = JSON.parse(readText(manifest, FILE.state)) as { bin: { jsfuzz: string } };
  const script = join(dirname(manifest), bin.jsfuzz);
  const missing = UNDECLARED.filter((name) => !resolved(script, name));
  if (missing.length === 0) return script;
  throw new InputError(
    'jsfuzz',
    `cannot load ${missing.join(' and ')}, which it needs and does not name; install it with npm install jsfuzz@1.0.15, without --install-strategy=linked`,
  );
}

function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** The harness that jsfuzz loads. @throws InputError where refuzz has not been built */
export function findHarness(): string {
  const file = join(packageRoot(), 'dist', 'cjs', 'fuzz', 'jsfuzz', 'harness.js');
  if (existsSync(file)) return file;
  throw new InputError(file, 'there is no such file; npm run build makes it');
}
