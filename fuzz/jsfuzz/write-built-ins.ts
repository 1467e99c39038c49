import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { readForLater } from '../../targets/target/built-in-targets.ts';
import { casesForLater } from '../case/cases-read-earlier.ts';
import { loadCases } from '../case/corpus.ts';
import { caseSchema, targetSchema } from '../case/json-schema.ts';

// A step of the build: what the CommonJS build needs besides code. Without a package.json of its own, Node would take
// its files for ES modules, as the package says of itself. Target files and cases are YAML, whose reader neither jsfuzz nor
// most commands need load then.

const folder = join(packageRoot(), 'dist', 'cjs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
const { path, text, whole } = readForLater();
writeFileSync(path, text);
const stored = loadCases([join(packageRoot(), 'corpus')]);
const cases = casesForLater(stored.map((one) => ({ ...one, text: readFileSync(one.path, 'utf8') })));
writeFileSync(cases.path, cases.text);
// For editors, see docs/editors.md.
const schemas = join(packageRoot(), 'dist', 'schema');
mkdirSync(schemas, { recursive: true });
writeFileSync(join(schemas, 'case.json'), caseSchema());
writeFileSync(join(schemas, 'target.json'), targetSchema());
writeFileSync(join(folder, 'targets.json'), `${JSON.stringify(whole)}\n`);
