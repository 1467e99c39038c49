import type { Census } from '../../audit/census/counter.ts';
import { resolve } from '../../audit/resolve/resolve.ts';
import { scanFile } from '../../audit/scan/scan-file.ts';
import { parserOfC } from '../../audit/syntax/parser.ts';

/** The census of a few files, by their paths: what tests of rules and reports begin with. */
export async function censusOfTexts(files: Readonly<Record<string, string>>): Promise<Census> {
  const parser = await parserOfC();
  return resolve(
    Object.entries(files).map(([path, text]) => ({ path, facts: scanFile(parser, path, text) })),
  );
}
