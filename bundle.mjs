import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/*
 * The last step of the build: of what the compiler has written, the files by which refuzz is entered become few large
 * ones, as Node takes half a millisecond for each file that it loads, and a command needs two hundred. They keep their
 * names, so that nobody notices; the modules stay beside them, for tests and benchmarks, and are not packed. Names and lines stay readable
 * in stack traces, so nothing is renamed. Of packages only what every command loads is bundled.
 */

const DIST = join(import.meta.dirname, 'dist');
/** Where refuzz is entered: the command, the library, the files of worker threads (see `workerPath`). */
const ENTRIES = [
  'cli/main',
  'index',
  'fast-check',
  'audit/run/scan-worker',
  'targets/c/build/compiler-child',
  'targets/c/build/compiler-worker',
  'convert/search/search-worker',
  'fuzz/campaign/campaign-worker',
  'fuzz/check/scope-worker',
  'fuzz/check/soundness-worker',
  'fuzz/stress/race-worker',
  'fuzz/sweep/sweep-worker',
  // Not in the package; a program of somebody who has bundled refuzz is like it.
  'bench/peers/tools/refuzz',
];

/** What has types for others: the exports of the package. */
const TYPED = ['index', 'fast-check', 'fuzz/jsfuzz/own-harness'];

/** Packages that are bundled. Their licences go with them. */
const PACKAGES = ['commander', 'fastest-levenshtein', 'picocolors'];

/**
 * Packages that are loaded on demand, by `require` (see `targets/subject/on-demand.ts`): a file each, for the same reason.
 * As packages zod and yaml are two hundred files, which take a command a tenth of a second.
 */
const ON_DEMAND = ['zod', 'yaml', 'write-file-atomic'];

/** A module and what it imports at its top, and so on; not what it imports on demand. */
function reachedFrom(file, reached = new Set()) {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^'"();]*['"](\.[^'"]+)['"]/gm,
  ))
    reachedFrom(resolve(dirname(file), from), reached);
  return reached;
}

const isCommandLine = (file) => relative(DIST, file).startsWith('cli');
const toStart = reachedFrom(join(DIST, 'cli', 'main.js'));
const toAnswer = reachedFrom(join(DIST, 'cli', 'check', 'answer-command.js'));

/*
 *     start    what every command loads of the command line; worker threads and the library must not
 *     base     what start needs of the rooms below
 *     core     what decides one program, which nearly all commands, workers and the library need
 *
 * The rest falls into as many files as it must.
 */
const groups = [
  { name: 'base', priority: 3, test: (file) => toStart.has(file) && !isCommandLine(file) },
  { name: 'start', priority: 2, test: (file) => toStart.has(file) && !file.endsWith('main.js') },
  { name: 'core', priority: 1, test: (file) => toAnswer.has(file) && !isCommandLine(file) },
];

rmSync(join(DIST, 'chunks'), { recursive: true, force: true });
/** In the place of `require('zod')` the bundle says `require('./zod.cjs')`: chunks lie side by side. */
const requireBundled = {
  name: 'require-bundled',
  transform(code, id) {
    if (!id.endsWith(join('subject', 'on-demand.js'))) return undefined;
    return ON_DEMAND.reduce(
      (text, name) => text.replaceAll(`require('${name}')`, `require('./${name}.cjs')`),
      code,
    );
  },
};
/** zod says what is wrong in fifty languages, of which refuzz asks for none but the first. */
const withoutLanguages = {
  name: 'without-languages',
  load: (id) => (/zod.v4.locales.index\.c?js$/.test(id) ? 'export {};' : undefined),
};
for (const name of ON_DEMAND) {
  const bundle = await rolldown({ input: { [name]: name }, platform: 'node', plugins: [withoutLanguages] });
  await bundle.write({
    dir: join(DIST, 'chunks'),
    format: 'cjs',
    // zod's entry has a default beside its names; the other two are CommonJS.
    exports: name === 'zod' ? 'named' : 'auto',
    entryFileNames: '[name].cjs',
    keepNames: true,
    comments: false,
  });
  await bundle.close();
}

const bundle = await rolldown({
  plugins: [requireBundled],
  input: Object.fromEntries(ENTRIES.map((name) => [name, join(DIST, `${name}.js`)])),
  platform: 'node',
  external: (name) => !/^[./]/.test(name) && !PACKAGES.includes(name),
});
await bundle.write({
  dir: DIST,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  keepNames: true,
  comments: false,
  codeSplitting: { groups },
});
await bundle.close();

/** Declarations that one is made of, itself among them. */
function declarationsFrom(file, reached = new Set()) {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom |\bimport[ (])['"](\.[^'"]+)['"]/g))
    declarationsFrom(resolve(dirname(file), from).replace(/\.[jt]s$/, '.d.ts'), reached);
  return reached;
}

// Types are for those who import refuzz: what the entries of the library do not lead to is for nobody.
const declared = new Set(TYPED.flatMap((name) => [...declarationsFrom(join(DIST, `${name}.d.ts`))]));
for (const name of readdirSync(DIST, { recursive: true })) {
  const file = join(DIST, name);
  if (name.endsWith('.d.ts') && !declared.has(file)) rmSync(file);
}

const licences = [...PACKAGES, ...ON_DEMAND].map((name) => {
  const folder = join(import.meta.dirname, 'node_modules', name);
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8')}`;
});
writeFileSync(join(DIST, 'chunks', 'licences-of-packages.txt'), licences.join('\n\n'));
