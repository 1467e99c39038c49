import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { loadBuiltInTargets } from '../../targets/target/target-file.ts';

// A step of the build: what the CommonJS build needs besides code. Without a package.json of its own, Node would take
// its files for ES modules, as the package says of itself. Target files are YAML, whose reader jsfuzz need not load then.

const folder = join(packageRoot(), 'dist', 'cjs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
const targets = loadBuiltInTargets().map(dataOf);
writeFileSync(join(folder, 'targets.json'), `${JSON.stringify(targets)}\n`);
