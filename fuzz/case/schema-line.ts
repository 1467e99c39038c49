import { dirname, join, relative, sep } from 'node:path';
import { readIfThere } from '../../targets/subject/read-file.ts';
import { replaceFile } from '../storage/store-text.ts';
import { caseSchema } from './json-schema.ts';

/*
 * Editors complete and check a YAML file whose first line names a schema. The schema of a stored case lies in its corpus,
 * and the line is the way there from the case: it is the same on every machine and in every version, needs no network, and
 * a corpus that is copied or moved takes it along. To a reader of YAML, also an older refuzz, it is a comment.
 *
 *     corpus/case.schema.json
 *     corpus/pax/inc-at-INT_MAX/inc-….yaml      # yaml-language-server: $schema=../../case.schema.json
 */

/** Where a corpus keeps the schema of its cases. */
export const SCHEMA_FILE = 'case.schema.json';

const LINE = /^# yaml-language-server: .*\n/;

/** The line of a case in a corpus, and its end. */
export function schemaLine(corpus: string, path: string): string {
  const way = relative(dirname(path), join(corpus, SCHEMA_FILE)).replaceAll(sep, '/');
  return `# yaml-language-server: $schema=${way}\n`;
}

/** The line that a file has already; empty text for a file that has none, or is not there. */
export function lineOf(path: string): string {
  try {
    return LINE.exec(readIfThere(path) ?? '')?.[0] ?? '';
  } catch {
    // Whoever writes over it is told what is wrong with the place.
    return '';
  }
}

/**
 * Sees to it that a corpus has the schema of this version. A file of that name that is not ours stays. That it cannot be
 * written costs completion in an editor and nothing else: the case itself, which comes next, says what is wrong.
 */
export function keepSchema(corpus: string): void {
  const path = join(corpus, SCHEMA_FILE);
  try {
    const there = readIfThere(path);
    if (there === caseSchema() || (there !== undefined && !there.includes('urn:refuzz:case'))) return;
    replaceFile(path, caseSchema());
  } catch {}
}
