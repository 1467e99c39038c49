import type { Tree } from '@yowasp/clang';
import { readAtOnce } from './read-at-once.ts';

/** Two runs of the package: clang makes an object of the sources, wasm-ld a module of that. Plain data, for a thread. */
export interface CompilerJob {
  /** Virtual path → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Options of clang, the source among them, and of wasm-ld; without what is read and written. */
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

/** What came of a job. `said`: what the tool printed, with virtual paths. */
export type CompilerEnd =
  | { readonly kind: 'made'; readonly module: Uint8Array; readonly said: string }
  /** The source has errors. `missing`: headers that are not found, each as it is written; see `survey`. */
  | { readonly kind: 'refused'; readonly said: string; readonly missing: readonly string[] }
  | { readonly kind: 'broke'; readonly tool: string; readonly said: string }
  /** It took more than COMPILER_LIMITS; of memory, together with what ran beside it. */
  | { readonly kind: 'exceeded'; readonly what: 'time' | 'memory' }
  /** The package cannot be loaded. */
  | { readonly kind: 'missing'; readonly why: string };

/** What one compilation may take: processor time in seconds, and memory of its process. An ordinary source takes one, and 400 MB. */
export const COMPILER_LIMITS = { seconds: 30, megabytes: 2048 } as const;

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

/**
 * Does a job on this thread, which hears nothing for seconds: the package is WebAssembly that is called and returns. Each
 * run has a file system of its own, so nothing of one is left for the next.
 *
 *     files, compile    clang     object.o         what it warned of is `said`
 *     object.o, link    wasm-ld   module.wasm
 *
 * What goes wrong is told as data: an error of ours would lose its class on its way between threads and processes, and
 * only who has the source knows what its files are called.
 */
export async function runCompiler({ files, compile, link }: CompilerJob): Promise<CompilerEnd> {
  const sources = { ...treeOf(files), 'overlay.yaml': OVERLAY };
  const compiled = await run(
    'clang',
    [...compile, '-ivfsoverlay', '/overlay.yaml', '-o', 'object.o'],
    sources,
  );
  if (compiled.kind === 'refused') return survey(compiled, compile, sources);
  if (compiled.kind !== 'done') return compiled;
  const objects = { 'object.o': compiled.files['object.o']! };
  const linked = await run('wasm-ld', [...link, 'object.o', '-o', 'module.wasm'], objects);
  if (linked.kind !== 'done') return linked;
  return { kind: 'made', module: linked.files['module.wasm'] as Uint8Array, said: compiled.said };
}

/** What the compiler lists headers in that a source depends on. */
const DEPENDENCIES = 'dependencies.d';
/** Missing headers are taken for empty, as for make, which may still have to generate them; so it goes on to the end. */
const LIST = `-M -MG -MF ${DEPENDENCIES}`.split(' ');
const LOOK_THROUGH =
  `-fsyntax-only -ferror-limit=0 -Xclang -MG -Xclang -dependency-file -Xclang ${DEPENDENCIES} -Xclang -MT -Xclang x`.split(
    ' ',
  );

/**
 * Looks through all of a source that does not compile. The first header that is missing ends a compilation, so a user would
 * meet one with each run; and what clang says of the rest shows which functions are declared nowhere.
 */
async function survey(refused: CompilerEnd, compile: readonly string[], sources: Tree): Promise<CompilerEnd> {
  const args = [...compile.filter((arg) => arg !== '-c'), '-ivfsoverlay', '/overlay.yaml'];
  const listed = await run('clang', [...args, ...LIST], sources);
  if (listed.kind !== 'done') return refused;
  const seen = await run('clang', [...args, ...LOOK_THROUGH], sources);
  if (seen.kind !== 'done' && seen.kind !== 'refused') return refused;
  return { kind: 'refused', said: seen.said, missing: missingIn(listed.files[DEPENDENCIES]) };
}

/** `a.o: /source/a.c linux/list.h \` and so on: what is there has its whole path. */
function missingIn(list: Tree[string] | undefined): string[] {
  const text = list instanceof Uint8Array ? new TextDecoder().decode(list) : String(list ?? '');
  const [, ...files] = text.split(/(?:(?<!\\)\s|\\\n)+/).filter((word) => word !== '');
  return files.map((file) => file.replaceAll('\\ ', ' ')).filter((file) => !file.startsWith('/'));
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
async function load(): Promise<Compiler> {
  loaded ??= import('@yowasp/clang').then(async (compiler) => {
    await readAtOnce(async () => compiler.runLLVM(undefined, {}, { fetchProgress: () => {} }));
    return compiler;
  });
  try {
    return await loaded;
  } catch (error) {
    loaded = undefined;
    throw error;
  }
}

/** One run: the files that it made, and what it printed. Errors of the source end it with `Exit`. */
async function run(
  tool: 'clang' | 'wasm-ld',
  args: string[],
  files: Tree,
): Promise<{ readonly kind: 'done'; readonly files: Tree; readonly said: string } | CompilerEnd> {
  let compiler: Compiler;
  try {
    compiler = await load();
  } catch (error) {
    return { kind: 'missing', why: String(error) };
  }
  let said = '';
  const decoder = new TextDecoder();
  const listen = (bytes: Uint8Array | null): void => {
    if (bytes) said += decoder.decode(bytes, { stream: true });
  };
  try {
    const options = { stdout: listen, stderr: listen, decodeASCII: false };
    return { kind: 'done', files: (await compiler.commands[tool](args, files, options)) ?? {}, said };
  } catch (error) {
    if (error instanceof compiler.Exit) return { kind: 'refused', said, missing: [] };
    return { kind: 'broke', tool, said: said.trim() || String(error) };
  }
}
