import { type Amalgamation, amalgamation, type ReadFile } from '../reproduce/amalgamation.ts';

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

/** The externals are names out of `node:worker_threads`, the only module that reproducers import. */
function readModule(text: string): ReadFile {
  const needs: string[] = [];
  const externals: string[] = [];
  const rest = text.replace(/^import (?:\{([^}]*)\} from )?'([^']+)';\n/gm, (_, names, from) => {
    if (from.startsWith('.')) needs.push(from);
    else externals.push(...names.split(',').map((name: string) => name.trim()));
    return '';
  });
  return { needs, externals, text: rest.replace(/^export /gm, '') };
}

/** An import in a generated text that stands for a module below `example/`. @param file without its ending */
export function imports(file: string): string {
  return `import '../${file}.mjs';`;
}
