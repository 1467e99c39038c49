import { type Amalgamation, amalgamation, type ReadFile } from '../reproduce/amalgamation.ts';

/**
 * A program in C as one file.
 *
 * @param folder of its source files, from the root of the package
 * @param main the file in it that needs the others
 * @param generated what replaces files below `example/`, by path in the folder
 */
export function cFiles(
  folder: string,
  main: string,
  generated: Readonly<Record<string, readonly string[]>>,
): Amalgamation {
  const texts = Object.entries(generated).map(([path, lines]) => [path, `${lines.join('\n')}\n`]);
  return amalgamation({ folder, read: readC }, main, Object.fromEntries(texts));
}

function readC(text: string): ReadFile {
  const needs: string[] = [];
  const externals: string[] = [];
  const rest = text.replace(/^#include (?:"([^"]+)"|(<[^>]+>))\n/gm, (_, own, system) => {
    if (own !== undefined) needs.push(own);
    else externals.push(`#include ${system}`);
    return '';
  });
  return { needs, externals, text: rest.replace('#pragma once\n', '') };
}

/** An inclusion in a generated text that stands for a file below `example/`. @param file without its ending */
export function includes(file: string): string {
  return `#include "../${file}.h"`;
}
