import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { statsOf } from '../../targets/subject/folders.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { EXIT, type Io } from '../io/io.ts';
import { writePage } from '../io/write-page.ts';
import type { AuditOptions } from './audit-options.ts';
import type { Outcome } from './outcome.ts';

/** Whether a folder has an extract already, whose decisions somebody may have made since: then `--convert` goes on with it. */
export function hasExtract(folder: string): boolean {
  return statsOf(join(folder, 'before.c')) !== undefined;
}

/**
 * Goes on from the extract to a conversion, and from that to a diff against the tree. What is still to be decided stops it; once it is
 * decided, the same command goes on from there.
 *
 *     $ refuzz audit TREE --struct peer.refs --convert --output peer
 *     not converted: something is left to decide first: peer/scheme.h:8: the count starts at 1: whose is that? …
 *     $ vi peer/scheme.h
 *     $ refuzz audit TREE --struct peer.refs --convert --output peer
 *     wrote peer/after.c
 *     wrote peer/tree.diff
 */
export async function convertExtract(
  folder: string,
  { workers, json, convert }: AuditOptions,
  { chosen, tree }: Pick<Outcome, 'chosen' | 'tree'>,
  io: Io,
): Promise<number> {
  const [first] = openIn(folder);
  if (first !== undefined) {
    io.err(
      `not converted: something is left to decide first: ${first}\ndecide it there, take its REFUZZ_TODO away, and run the same command again\n`,
    );
    return EXIT.UNDECIDED;
  }
  const { convertCommand } = await import('../convert/convert-command.ts');
  const { SEARCH_DEFAULTS } = await import('../convert/search-options.ts');
  const options = { ...SEARCH_DEFAULTS, ...convert, workers };
  const output = join(folder, 'after.c');
  const { counter } = chosen[0]!;
  const files = [...new Set([counter.declared.file, ...counter.sites.map(({ file }) => file)])].sort();
  const texts = await tree.texts(files);
  const { treeDiff } = await import('./tree-diff.ts');
  return convertCommand(
    join(folder, 'before.c'),
    { ...options, output, ...(json && { json }) },
    io,
    ({ read, menu }, candidate) => {
      const made = treeDiff({ sites: read.sites, menu, candidate }, counter, texts);
      const path = join(folder, 'tree.diff');
      if ('diff' in made) writePage(path, made.diff);
      io.err(
        'diff' in made
          ? `wrote ${path}\n`
          : `no diff against the tree: ${made.why}; ${output} is to be carried over by hand\n`,
      );
    },
  );
}

/** What the files of an extract still ask, each with its place. naive.c is no part of a search. */
function openIn(folder: string): string[] {
  const names = readdirSync(folder).filter(
    (name) => /\.[ch]$/.test(name) && !/^(?:naive|after)\.c$/.test(name),
  );
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    return readText(path, FILE.source)
      .split('\n')
      .flatMap((line, at) => {
        const [, asked] = /^\s*REFUZZ_TODO\("(.*)"\)/.exec(line) ?? [];
        return asked === undefined ? [] : [`${path}:${at + 1}: ${asked}`];
      });
  });
}
