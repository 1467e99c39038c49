import { type Amalgamation, amalgamation, type ReadFile } from '../reproduce/amalgamation.ts';

/** From the root of the package. */
const RUNTIME = 'export/mjs/runtime';

/**
 * A program in JavaScript as one file: modules of the runtime become parts of it, and their imports and exports go.
 *
 * @param main the module that imports the others
 * @param generated what replaces modules below `example/`, by path in the folder of the runtime
 */
export function mjsFiles(main: string, generated: Readonly<Record<string, readonly string[]>>): Amalgamation {
  const texts = Object.entries(generated).map(([path, lines]) => [path, `${lines.join('\n')}\n`]);
  return amalgamation({ folder: RUNTIME, read: readModule }, main, Object.fromEntries(texts));
}

/**
 * The externals are names out of `node:worker_threads`, the only module of Node that reproducers import.
 *
 * `import` lines of modules beside it become needs, and `export` goes, since all names share one module in the end: two
 * that are alike would be a syntax error.
 */
function readModule(text: string): ReadFile {
  const externals: string[] = [];
  const needs: { needs: string }[] = [];
  const rest = text.replace(/^import (?:\{([^}]*)\} from )?'([^']+)';\n/gm, (_, names, from) => {
    if (from.startsWith('.')) needs.push({ needs: from });
    else externals.push(...names.split(',').map((name: string) => name.trim()));
    return '';
  });
  return { externals, parts: [...needs, rest.replace(/^export /gm, '')] };
}

/**
 * An import in a generated text that stands for a module below `example/`. It imports no name: in the one file all of
 * them are in sight.
 *
 * @param file without its ending
 */
export function imports(file: string): string {
  return `import '../${file}.mjs';`;
}
