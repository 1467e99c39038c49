import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InputError } from '../../subject/input-error.ts';
import { FILE, readText } from '../../subject/read-file.ts';
import { DIRECT_MEMORY_PAGES } from '../direct/direct-memory.ts';
import { tellCompilerWarnings } from './compiler-warnings.ts';
import { beforeCompiling } from './compiling.ts';
import { errorOf, WARNING_FLAGS, warningsOf } from './diagnostics.ts';
import { beginFirstTimeWork } from './first-time-work.ts';
import { COMPILER_LIMITS, type CompilerEnd } from './llvm.ts';
import { cacheKey, readCached, writeCached } from './module-cache.ts';
import { CompilerProcess } from './separate-compiler.ts';
import type { CSource } from './source-files.ts';
import { unknownNames } from './unknown-names.ts';

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
 * `-ffreestanding`, as there is no C library. `-O2` is the kernel's level too. A function that is declared nowhere is no error of
 * clang's, so that all of them are known at once: they are ours, see `unknown-names.ts`.
 */
const COMPILE =
  '--target=wasm32 -O2 -ffreestanding -fwrapv -fno-strict-aliasing -fno-delete-null-pointer-checks -mbulk-memory -fno-color-diagnostics -Wno-error=implicit-function-declaration'.split(
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
      // Two words side by side, as the pointers of a list, are two accesses, which no store of 8 bytes is to join.
      ...'-mllvm -combiner-store-merging=false'.split(' '),
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
 * @param tells whether warnings are told: of a source that we have made of the user's they are none of the user's
 * @throws InputError with the compiler's own words at the first error's place, or when the compiler is not installed
 */
export async function compile(
  source: CSource,
  build: Build,
  name = source.path,
  tells = true,
): Promise<Uint8Array> {
  const compiled = await compiledOnce(source, build, name);
  if (tells && build === 'recorded') tellCompilerWarnings(warningsOf(source, compiled.said));
  return compiled.module;
}

/** What the compiler made of a source, and what it said: with virtual paths, for the cache knows no others. */
interface Compiled {
  readonly module: Uint8Array;
  readonly said: string;
}

/** By key: what somebody is waiting for already, or has asked for ahead. */
const underWay = new Map<string, Promise<Compiled>>();

/**
 * Begins to compile, for whoever calls `compile` with the same soon: so two builds run side by side. What goes wrong is
 * thrown there.
 */
export function compileAhead(source: CSource, build: Build, name = source.path): void {
  compiledOnce(source, build, name, true).catch(() => {});
}

async function compiledOnce(source: CSource, build: Build, name: string, isAhead = false): Promise<Compiled> {
  const key = keyOf(source, build, findCompiler(source.path));
  const cached = unpacked(readCached(key));
  if (cached) return cached;
  const made = underWay.get(key) ?? compileAnew(source, build, name).finally(() => void underWay.delete(key));
  underWay.set(key, made);
  const compiled = await (isAhead ? made : compiler.held(() => made));
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
    const manifest = readText(join(dirname(dirname(bundle)), 'package.json'), FILE.state);
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

/** Nothing is started before something is compiled. */
const compiler = new CompilerProcess();

/** @throws InputError for errors of the source, and for a compiler that breaks down; what calls it off, see `onCompiling` */
async function compileAnew(source: CSource, build: Build, name: string): Promise<Compiled> {
  const { compile: flags, link } = FLAGS[build];
  const given = [
    ...source.includes.map((folder) => `-I/${folder}`),
    ...source.defines.map((name) => `-D${name}`),
    ...source.preludes.flatMap((file) => ['-include', file]),
  ];
  const compile = [...flags, ...WARNING_FLAGS, ...given, '-c', `/${source.main}`];
  const job = { files: source.files, compile, link };
  const calledOff = beforeCompiling(source.path);
  let told = () => {};
  const begins = () => {
    told = beginFirstTimeWork(`compiling ${name} (${build} build)`);
  };
  try {
    return moduleIn(source, await compiler.run(job, begins, calledOff?.signal));
  } finally {
    told();
    calledOff?.over();
  }
}

const { seconds, megabytes } = COMPILER_LIMITS;
const REMEDY = 'have less code come out of its macros, and make its static arrays smaller';
const TOO_MUCH = {
  time: `takes the compiler more than ${seconds} s of processor time; ${REMEDY}`,
  memory: `takes the compiler more than ${megabytes} MB of memory; ${REMEDY}`,
};

function moduleIn(source: CSource, end: CompilerEnd): Compiled {
  switch (end.kind) {
    case 'made': {
      const unknown = unknownNames(source, end.said);
      if (unknown) throw unknown;
      return end;
    }
    case 'refused':
      throw unknownNames(source, end.said, end.missing) ?? errorOf(source, end.said);
    case 'broke':
      throw new InputError(source.path, `${end.tool} broke down on it: ${end.said}`);
    case 'exceeded':
      throw new InputError(source.path, TOO_MUCH[end.what === 'time' ? 'time' : 'memory']);
    case 'missing':
      throw new InputError(
        source.path,
        `the compiler package cannot be loaded (${end.why}); npm install @yowasp/clang`,
      );
  }
}
