import { type Amalgamation, amalgamation, type ReadFile } from '../reproduce/amalgamation.ts';

/**
 * A program in C as one file. The kernel module and the KUnit suite are made by it as well, from a folder of their own.
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

/**
 * System headers are gathered at the head of the file, each once. `#pragma once` goes, for there is nothing left to
 * include twice, and quoted inclusions are replaced by what they name.
 */
function readC(text: string): ReadFile {
  const externals = [...text.matchAll(/^#include <[^>]+>$/gm)].map(([line]) => line);
  const rest = text.replace(/^#include <[^>]+>\n/gm, '').replace('#pragma once\n', '');
  // Every second one is what the parentheses hold.
  const parts = rest.split(/^#include "([^"]+)"\n/m).map((part, at) => (at % 2 ? { needs: part } : part));
  return { externals, parts };
}

/** An inclusion in a generated text that stands for a file below `example/`. @param file without its ending */
export function includes(file: string): string {
  return `#include "../${file}.h"`;
}
