import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { packageRoot } from '../../targets/subject/package-root.ts';

/** The grammar of C, as the package tree-sitter-c ships it; its licence lies beside it. */
export const GRAMMAR = 'audit/syntax/grammar/tree-sitter-c.wasm';

let loading: Promise<Parser> | undefined;

/**
 * A parser of C, made at the first call and kept: one for each thread. Errors are normal in what it reads (a macro can be
 * anything), so it never fails; a tree has ERROR nodes instead. Nodes count UTF-16 code units of the text that they are
 * given.
 *
 * A tree lies in memory that no garbage collector sees: whoever parses calls `delete()` on it.
 */
export function parserOfC(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(packageRoot(), GRAMMAR)));
  return parser;
}
