import { join } from 'node:path';
import { corpusPage, targetPage } from '../../export/report/target-page.ts';
import { causesSeen, type MetCause } from '../../fuzz/case/causes-met.ts';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { entriesOf } from '../../targets/subject/folders.ts';
import { harnessesOf } from '../target/harnesses.ts';

/** A page and the file it belongs to. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/**
 * The pages of a corpus of built-in targets: one for each folder of cases, and one over all. Folders of other targets have
 * none.
 */
export function* corpusPages(corpus: string): Generator<Page> {
  const harnessFor = harnessesOf([]);
  const rows: { name: string; about: string; causes: readonly MetCause[] }[] = [];
  const folders = entriesOf(corpus).filter((entry) => entry.isDirectory());
  for (const name of folders.map((entry) => entry.name).sort()) {
    const harness = harnessFor(name);
    const folder = join(corpus, name);
    const cases = loadCases([folder]);
    if (!harness || cases.length === 0) continue;
    const seen = cases.map((stored) => ({
      met: {
        target: name,
        divergence: stored.case.expect.divergence,
        isNew: false,
        count: 1,
        case: stored.path,
      },
      stored,
    }));
    const causes = causesSeen(seen, () => harness);
    rows.push({ name, about: harness.target.about, causes });
    yield { path: join(folder, 'README.md'), text: targetPage(harness, causes, folder) };
  }
  yield { path: join(corpus, 'README.md'), text: corpusPage(rows) };
}
