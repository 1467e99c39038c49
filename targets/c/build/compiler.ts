import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tree } from '@yowasp/clang';
import { InputError } from '../../subject/input-error.ts';
import { DIRECT_MEMORY_PAGES } from '../direct/direct-memory.ts';
import { tellCompilerWarnings } from './compiler-warnings.ts';
import { beforeCompiling } from './compiling.ts';
import { errorOf, WARNING_FLAGS, warningsOf } from './diagnostics.ts';
import { firstTimeWork } from './first-time-work.ts';
import { cacheKey, readCached, writeCached } from './module-cache.ts';
import type { CSource } from './source-files.ts';

/**
 * `recorded`: each atomic access is a call of an import, for the interpreter. `direct`: atomic accesses are
 * WebAssembly's own, on shared memory, for V8.
 */
export type Build = 'recorded' | 'direct';

/** Options of clang and of wasm-ld. They are part of the cache's key, so a change here compiles everything anew. */
interface Flags {
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

/**
 * `-fwrapv`, `-fno-strict-aliasing` and `-fno-delete-null-pointer-checks` are the kernel's meaning of C: without them
 * clang may take a signed overflow, which counters are full of, for impossible, and drop what is done through NULL.
 * `-ffreestanding`, as there is no C library. `-O2` is the kernel's level too.
 */
const COMPILE =
  '--target=wasm32 -O2 -ffreestanding -fwrapv -fno-strict-aliasing -fno-delete-null-pointer-checks -mbulk-memory -fno-color-diagnostics'.split(
    ' ',
  );
/**
 * Undefined functions become imports, which the host answers or refuses by name. The stack comes first, so that one
 * that overflows runs below address 0 and traps, instead of writing over static data; 64 KiB are one page.
 */
const LINK = [
  ...'--no-entry --allow-undefined --stack-first -z stack-size=65536'.split(' '),
  ...['__stack_pointer', '__heap_base', '__data_end'].map((name) => `--export=${name}`),
];

const FLAGS: Readonly<Record<Build, Flags>> = {
  recorded: {
    // ThreadSanitizer with all but its atomic part switched off is what turns atomics into calls. The other two check
    // indices of arrays and what the compiler knows the end of, and call the host where one is passed.
    compile: [
      ...COMPILE,
      ...'-Xclang -fsanitize=array-bounds,local-bounds -Xclang -fsanitize-minimal-runtime'.split(' '),
      ...'-Xclang -fsanitize=thread -mllvm -tsan-instrument-memory-accesses=0'.split(' '),
      ...'-mllvm -tsan-instrument-memintrinsics=0'.split(' '),
      ...'-mllvm -tsan-instrument-func-entry-exit=0 -DREFUZZ_RECORDED'.split(' '),
    ],
    // Relocations come with the names and places of all variables, which messages want.
    link: [...LINK, '--emit-relocs'],
  },
  direct: {
    // The checks of the recorded build, as traps: the machine code has no host to call.
    compile: [
      ...COMPILE,
      ...'-Xclang -fsanitize=array-bounds,local-bounds'.split(' '),
      ...'-Xclang -fsanitize-trap=array-bounds,local-bounds -matomics -DREFUZZ_DIRECT'.split(' '),
    ],
    // With shared memory the linker's start function fills the data segments once, whichever instance comes first.
    link: [
      ...LINK,
      ...['--import-memory', '--shared-memory', `--max-memory=${DIRECT_MEMORY_PAGES * 65536}`],
      ...['__wasm_init_tls', '__tls_size', '__tls_align'].map((name) => `--export=${name}`),
    ],
  },
};

/**
 * Compiles a source to a WebAssembly module, or takes the module from the cache. What clang warned of is kept beside it,
 * and is told in either case; of the recorded build only, as a counter has two builds of one text.
 *
 * @param name what people call it, who are told that it takes a while
 * @throws InputError with the compiler's own words at the first error's place, or when the compiler is not installed
 */
export async function compile(source: CSource, build: Build, name = source.path): Promise<Uint8Array> {
  const compiled = await compiledOnce(source, build, name);
  if (build === 'recorded') tellCompilerWarnings(warningsOf(source, compiled.said));
  return compiled.module;
}

/** What the compiler made of a source, and what it said: with virtual paths, for the cache knows no others. */
interface Compiled {
  readonly module: Uint8Array;
  readonly said: string;
}

async function compiledOnce(source: CSource, build: Build, name: string): Promise<Compiled> {
  const key = keyOf(source, build, findCompiler(source.path));
  const cached = unpacked(readCached(key));
  if (cached) return cached;
  const what = `compiling ${name} (${build} build)`;
  const compiled = await inTurn(() => firstTimeWork(what, () => compileAnew(source, FLAGS[build])));
  writeCached(key, packed(compiled));
  return compiled;
}

/** One entry of the cache: the length of what was said, in four bytes, that, and the module. */
function packed({ module, said }: Compiled): Uint8Array {
  const text = Buffer.from(said);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, module]);
}

/** @returns undefined for an entry that holds no module, which is made anew */
function unpacked(entry: Uint8Array | undefined): Compiled | undefined {
  if (!entry || entry.length < 4) return undefined;
  const bytes = Buffer.from(entry);
  const start = 4 + bytes.readUInt32LE();
  const module = new Uint8Array(bytes.subarray(start));
  return isModule(module) ? { module, said: bytes.toString('utf8', 4, start) } : undefined;
}

/** @returns the version @throws InputError when the package is not installed where `from`, this file, looks for it */
export function findCompiler(path: string, from: string = import.meta.url): string {
  try {
    const bundle = createRequire(from).resolve('@yowasp/clang');
    const manifest = readFileSync(join(dirname(dirname(bundle)), 'package.json'), 'utf8');
    return String((JSON.parse(manifest) as { version: unknown }).version);
  } catch {
    throw new InputError(path, 'C sources need the compiler package: npm install @yowasp/clang');
  }
}

/**
 * Files are sorted, as the order in which they were found is no part of what is compiled. The number is raised when the
 * meaning of an entry changes though none of its parts does.
 */
function keyOf({ files, main, includes, defines, preludes }: CSource, build: Build, version: string): string {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return cacheKey([
    'module',
    2,
    version,
    FLAGS[build],
    WARNING_FLAGS,
    sorted,
    main,
    includes,
    [...defines].sort(),
    preludes,
  ]);
}

/** By the four bytes `\0asm`, with which each WebAssembly module begins. */
function isModule(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\0asm';
}

/** Settled when the last compilation that was asked for is over; it never rejects. */
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * One compilation at a time. The package keeps state between calls and runs on this thread anyway: two at once would
 * take as long, and twice the memory. A job that fails rejects for its own caller, and the next one starts all the
 * same.
 */
function inTurn<R>(work: () => Promise<R>): Promise<R> {
  const turn = lastTurn.then(work);
  lastTurn = turn.catch(() => {});
  return turn;
}

/**
 * The package's file system reads `a/../b` as `a/b`. Clang's overlay of a folder over itself makes clang resolve the
 * dots before it asks.
 */
const OVERLAY = JSON.stringify({
  version: 0,
  'redirecting-with': 'redirect-only',
  roots: ['source', 'kernel', 'refuzz', 'usr'].map((folder) => ({
    name: `/${folder}`,
    type: 'directory-remap',
    'external-contents': `/${folder}`,
  })),
});

/** Two jobs, each with a file system of its own: clang makes `object.o` of the sources, wasm-ld a module of that. */
async function compileAnew(source: CSource, flags: Flags): Promise<Compiled> {
  const given = [
    ...source.includes.map((folder) => `-I/${folder}`),
    ...source.defines.map((name) => `-D${name}`),
    ...source.preludes.flatMap((file) => ['-include', file]),
  ];
  const compiled = await run(
    source,
    'clang',
    [
      ...flags.compile,
      ...WARNING_FLAGS,
      ...given,
      '-ivfsoverlay',
      '/overlay.yaml',
      '-c',
      `/${source.main}`,
      '-o',
      'object.o',
    ],
    { ...treeOf(source.files), 'overlay.yaml': OVERLAY },
  );
  const objects = { 'object.o': compiled.files['object.o']! };
  const linked = await run(source, 'wasm-ld', [...flags.link, 'object.o', '-o', 'module.wasm'], objects);
  return { module: linked.files['module.wasm'] as Uint8Array, said: compiled.said };
}

/** `{ 'source/a.c': text }` becomes `{ source: { 'a.c': text } }`, the form in which the package takes files. */
function treeOf(files: ReadonlyMap<string, string>): Tree {
  const tree: Tree = {};
  for (const [path, text] of files) {
    const folders = path.split('/');
    const name = folders.pop()!;
    let folder = tree;
    for (const step of folders) {
      folder[step] ??= {};
      folder = folder[step] as Tree;
    }
    folder[name] = text;
  }
  return tree;
}

type Compiler = typeof import('@yowasp/clang');
let loaded: Promise<Compiler> | undefined;

/** Loading it first, without a job, is the only way to have all of its calls keep silent about progress. */
async function load(path: string): Promise<Compiler> {
  loaded ??= import('@yowasp/clang').then(async (compiler) => {
    await compiler.runLLVM(undefined, {}, { fetchProgress: () => {} });
    return compiler;
  });
  try {
    return await loaded;
  } catch (error) {
    loaded = undefined;
    throw new InputError(
      path,
      `the compiler package cannot be loaded (${String(error)}); npm install @yowasp/clang`,
    );
  }
}

/**
 * One job of the package: the files that it made, and what it printed.
 *
 * @throws InputError for errors of the source, which end with `Exit`, and for a compiler that breaks down; what
 *   `beforeCompiling` throws
 */
async function run(
  source: CSource,
  tool: 'clang' | 'wasm-ld',
  args: string[],
  files: Tree,
): Promise<{ readonly files: Tree; readonly said: string }> {
  await beforeCompiling(source.path);
  const { commands, Exit } = await load(source.path);
  await beforeCompiling(source.path);
  let said = '';
  const decoder = new TextDecoder();
  const listen = (bytes: Uint8Array | null): void => {
    if (bytes) said += decoder.decode(bytes, { stream: true });
  };
  try {
    const options = { stdout: listen, stderr: listen, decodeASCII: false };
    const made = (await commands[tool](args, files, options)) ?? {};
    return { files: made, said };
  } catch (error) {
    if (error instanceof Exit) throw errorOf(source, said);
    throw new InputError(source.path, `${tool} broke down on it: ${said.trim() || String(error)}`);
  }
}
