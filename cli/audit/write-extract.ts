import { join } from 'node:path';
import { extract } from '../../audit/extract/extract.ts';
import { count } from '../../export/audit/audit-answer.ts';
import { placeOf } from '../../export/audit/counter-lines.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { writePage } from '../io/write-page.ts';
import { type Outcome, refuseExtracted } from './outcome.ts';

/**
 * `--extract`: the sources of one counter's protocol, and what is still to be decided in them. Nothing is written over: what
 * was extracted before has been edited since.
 *
 *     peer/before.c, peer/naive.c, peer/stubs.h, peer/scheme.h: the protocol of peer.refs
 *     3 functions taken: peer_find, peer_put, peer_gc
 *     left out: peer_show, net/peer.c:88 (only reads the count)
 *     1 thing to decide, each a REFUZZ_TODO:
 *       the count starts at 1: whose is that? …
 *     next:
 *       refuzz check --before peer/before.c --after peer/naive.c
 *
 * @throws InputError for files that are there already, or cannot be written
 */
export async function writeExtract(
  folder: string,
  { chosen, tree }: Pick<Outcome, 'chosen' | 'tree'>,
  say: (text: string) => void,
): Promise<void> {
  const [judged] = chosen;
  if (!judged) return;
  const { files, todos, taken, left } = await extract(judged.counter, judged, (paths) => tree.texts(paths));
  refuseExtracted(
    folder,
    files.map(({ name }) => name),
  );
  for (const { name, text } of files) writePage(join(folder, name), text);
  const path = (name: string) => shellWord(join(folder, name));
  const hasNaive = files.some(({ name }) => name === 'naive.c');
  const lines = [
    `${files.map(({ name }) => join(folder, name)).join(', ')}: the protocol of ${judged.counter.id}`,
    `${count(taken.length, 'function')} taken${taken.length > 0 ? `: ${taken.map(({ fn }) => fn).join(', ')}` : ''}`,
    ...left.map((one) => `left out: ${one.fn}, ${placeOf({ ...one, text: '' })} (${one.why})`),
    todos.length === 0
      ? 'nothing is left to decide'
      : `${count(todos.length, 'thing')} to decide, each a REFUZZ_TODO:`,
    ...todos.map((todo) => `  ${todo}`),
    'next:',
    hasNaive
      ? `  refuzz check --before ${path('before.c')} --after ${path('naive.c')}`
      : `  refuzz check ${path('before.c')}`,
  ];
  say(`${lines.join('\n')}\n`);
}
