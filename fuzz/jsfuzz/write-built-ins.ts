import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { readForLater } from '../../targets/target/built-in-targets.ts';

// A step of the build: what the CommonJS build needs besides code. Without a package.json of its own, Node would take
// its files for ES modules, as the package says of itself. Target files are YAML, whose reader jsfuzz need not load then.

const folder = join(packageRoot(), 'dist', 'cjs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
const { path, text } = readForLater();
writeFileSync(path, text);
const targets = Object.values(JSON.parse(text) as Record<string, { data: unknown }>).map(({ data }) => data);
writeFileSync(join(folder, 'targets.json'), `${JSON.stringify(targets)}\n`);
