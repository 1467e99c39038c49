import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** From top to bottom. */
const FLOORS = ['cli', 'export', 'convert', 'audit', 'fuzz', 'oracles', 'targets'];

/**
 * Every room of the house, from top to bottom: a file imports from its own room and from rooms below it. A new room
 * goes above the lowest room that needs it and below all that it needs.
 */
const ROOMS = [
  ...[
    'cli',
    'cli/page',
    'cli/fuzz',
    'cli/audit',
    'cli/convert',
    'cli/check',
    'cli/litmus',
    'cli/kernel',
    'cli/case',
    'cli/target',
    'cli/shell',
    'cli/io',
  ],
  ...[
    'export',
    'export/audit',
    'export/page/front',
    'export/page',
    'export/results',
    'export/report',
    'export/kernel',
    'export/mjs',
    'export/c',
    'export/reproduce',
    'export/show',
  ],
  ...['convert/write', 'convert/search', 'convert/module', 'convert/menu', 'convert/sites'],
  ...[
    'audit/extract',
    'audit/patch',
    'audit/rules',
    'audit/run',
    'audit/resolve',
    'audit/scan',
    'audit/source',
    'audit/syntax',
    'audit/census',
  ],
  ...[
    'fuzz/fast-check',
    'fuzz/engine',
    'fuzz/jsfuzz',
    'fuzz/campaign',
    'fuzz/check',
    'fuzz/search',
    'fuzz/booted',
    'fuzz/stress',
  ],
  ...[
    'fuzz/minimize',
    'fuzz/case',
    'fuzz/cause',
    'fuzz/generate',
    'fuzz/sweep',
    'fuzz/queue',
    'fuzz/workers',
    'fuzz/storage',
  ],
  ...['fuzz/judge', 'fuzz/litmus', 'fuzz/memory', 'fuzz/explore', 'fuzz/run', 'fuzz/weak', 'fuzz/program'],
  // A target file lists the oracles that judge; the oracles need subjects, and no target.
  'targets/target',
  'oracles',
  'targets/booted',
  ...['targets/c', 'targets/c/build', 'targets/c/direct', 'targets/c/recorded', 'targets/c/wasm'],
  ...['targets/schemes', 'targets/counters', 'targets/subject'],
];

/** What only the top floor may do, with what to do instead. */
const TOP_ONLY: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/(?<![#.])\bconsole\./, 'return data; the command line prints'],
  [/(?<![#.])\bprocess\.(exit|stdout|stderr|argv)\b/, 'return data; the command line exits'],
  [/\bMath\.random\b/, 'draw from Choices'],
];

/**
 * What a file below the command line may use of the process that it runs in, with the reason. Whoever can gets a clock
 * and a signal from its caller instead (`Host`, AbortSignal). This list can only get shorter.
 */
const OF_THE_PROCESS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['timers', /(?<!\w\.|[\w#])set(Timeout|Interval|Immediate)\(/],
  ['clock', /\bDate\.now\b|\bperformance\.now\b|\bnew Date\b/],
  ['process', /(?<!\w\.|[\w#])process\.(?!env\b)[a-z]/],
  ['environment', /(?<!\w\.|[\w#])process\.env\b/],
];
const MAY_USE: Readonly<Record<string, readonly (readonly [what: string, why: string])[]>> = {
  'fuzz/workers/system-host.ts': [
    ['timers', 'it is the clock that callers hand to sessions'],
    ['clock', 'it is the clock that callers hand to sessions'],
    ['process', 'memory, for the status'],
  ],
  'fuzz/workers/worker-pool.ts': [['timers', 'the watchdog over threads that hang']],
  'fuzz/stress/thread-group.ts': [['timers', 'the watchdog over threads that hang in a race']],
  'fuzz/storage/file-lock.ts': [
    ['timers', 'a lock is touched now and then, for other machines to see'],
    ['clock', 'a lock says since when it is held, and status how long ago its last sign was'],
    ['process', 'the name of what is being written'],
  ],
  'fuzz/storage/lock-holder.ts': [
    ['process', 'a lock names its process, and asks whether another one lives'],
  ],
  'fuzz/jsfuzz/child.ts': [
    ['timers', 'the grace of a child that is asked to end'],
    ['process', 'starts Node, and signals the group of the child'],
    ['environment', 'a child inherits it'],
  ],
  'fuzz/jsfuzz/engine.ts': [['timers', 'looks after the child ten times a second']],
  'fuzz/jsfuzz/environment-target.ts': [['environment', 'jsfuzz gives its harness nothing else']],
  'fuzz/jsfuzz/fuzz-function.ts': [
    ['timers', 'the heartbeat of the child'],
    ['process', 'the child ends when the engine closes its standard input'],
    ['environment', 'jsfuzz gives its harness nothing else'],
  ],
  'targets/booted/booted-kernel.ts': [['timers', 'the watchdog over a guest that hangs']],
  'targets/booted/load-modules.ts': [['timers', 'the watchdog over a guest that hangs']],
  'targets/booted/guest-machine.ts': [['environment', 'QEMU inherits it']],
  'targets/booted/guest-module.ts': [['environment', 'make inherits it']],
  'targets/booted/installation.ts': [['environment', 'PATH says where QEMU is']],
  'targets/c/build/run-git.ts': [['environment', 'git inherits it']],
  'targets/c/build/module-cache.ts': [['environment', 'says where caches belong']],
  'targets/c/build/compiler-child.ts': [
    ['timers', 'it ends when nobody has needed it for a while'],
    ['process', 'it is one: it hears its parent, and ends with it'],
  ],
};

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

/** Without block comments, which have examples. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
}

function importsOf(file: string): string[] {
  const text = codeOf(file);
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return found.map((path) => normalize(join(dirname(file), path)));
}

const FILES = FLOORS.flatMap(sources);

test('there are files to look at on every floor', () => {
  for (const floor of FLOORS) expect(sources(floor).length, floor).toBeGreaterThan(0);
});

test('every file is in a room, and every room has a file', () => {
  const lived = new Set(FILES.map(dirname));
  expect([...lived].sort(), 'name a new folder in ROOMS').toEqual([...ROOMS].sort());
});

test.each(FILES)('%s imports from its own room and below', (file) => {
  const room = ROOMS.indexOf(dirname(file));
  // A folder that ROOMS lacks is the business of the test above.
  for (const imported of importsOf(file).filter((path) => ROOMS.includes(dirname(path))))
    expect(
      ROOMS.indexOf(dirname(imported)),
      `${file} imports ${imported}, which is above it`,
    ).toBeGreaterThanOrEqual(room);
});

test('no two files import each other in a circle', () => {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    expect(state.get(file), [...path, file].join(' → ')).not.toBe('open');
    state.set(file, 'open');
    for (const imported of importsOf(file)) visit(imported, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of FILES) visit(file, []);
});

test.each(['index.ts', 'fast-check.ts'])('%s only names what it exports', (file) => {
  const statements = codeOf(file)
    .replaceAll(/^\/\/.*/gm, '')
    .split(';')
    .map((statement) => statement.trim());
  for (const statement of statements.filter((text) => text !== ''))
    expect(statement).toMatch(/^export (type )?\{[^{}]*\} from '\.\/[^']+'$/);
});

// fast-check is for those who have it: nobody who fuzzes or imports refuzz needs it.
test('only what refuzz/fast-check exports needs the package fast-check', () => {
  const needs = (file: string) => /from 'fast-check'/.test(codeOf(file));
  const reached = (files: readonly string[]) => {
    const seen = new Set(files);
    for (const file of seen) for (const imported of importsOf(file)) seen.add(imported);
    return [...seen];
  };
  expect(reached(['fast-check.ts']).filter(needs)).not.toEqual([]);
  const others = ['index.ts', ...sources('cli'), ...FILES.filter((file) => file.endsWith('-worker.ts'))];
  expect(reached(others).filter(needs)).toEqual([]);
});

test.each(
  FILES.filter((file) => !file.startsWith('cli/')),
)('%s leaves the world to the command line', (file) => {
  const text = codeOf(file);
  for (const [pattern, instead] of TOP_ONLY)
    expect(text.match(pattern)?.[0], `${file}: ${instead}`).toBeUndefined();
});

/** Without comments of either kind: they may speak of what they like. */
function usedBy(file: string): string[] {
  const text = codeOf(file).replaceAll(/\/\/.*/g, '');
  return OF_THE_PROCESS.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
}

// Below the command line, what depends on the time or the process cannot be tested by handing it other times.
test('only files of the list use timers, clocks and the process, and each still needs to', () => {
  const below = FILES.filter((file) => !file.startsWith('cli/'));
  const found = below.flatMap((file) => usedBy(file).map((what) => `${file}: ${what}`));
  const allowed = Object.entries(MAY_USE).flatMap(([file, uses]) => uses.map(([what]) => `${file}: ${what}`));
  expect(found.sort()).toEqual(allowed.sort());
});

test('nobody but its callers has the real clock', () => {
  const using = FILES.filter((file) => importsOf(file).includes('fuzz/workers/system-host.ts'));
  expect(using.sort()).toEqual([
    'cli/audit/take-audit.ts',
    'cli/case/finish-command.ts',
    'cli/check/remote-check.ts',
    'cli/fuzz/fuzz-command.ts',
    'cli/fuzz/worker-command.ts',
  ]);
});
