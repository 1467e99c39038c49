import { writeFileSync } from 'node:fs';
import { allowInlining } from '../../fuzz/run/inlining.ts';
import { visible } from '../io/visible.ts';
import { corpusPages } from './corpus-pages.ts';

/**
 * `npm run pages`: writes the pages of the corpus in this folder, or of the one that is named. Not a command of refuzz:
 * the pages come with it.
 */
allowInlining();
for (const { path, text } of corpusPages(process.argv[2] ?? 'corpus')) {
  writeFileSync(path, visible(text));
  process.stdout.write(`${path}\n`);
}
