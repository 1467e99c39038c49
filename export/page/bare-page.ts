import { version } from '../../fuzz/storage/version.ts';
import { JUDGEMENTS, type Judgement } from '../../oracles/divergence.ts';
import { meaningOf, toDoAbout } from '../report/judgement-words.ts';
import type { PageData } from './page-data.ts';

/*
 * `check --output` has a page with one figure, `report` one with everything. What they share is little:
 * the version, and the words for judgements, which are in the data so that the front end has none of its
 * own.
 */

/** A page with nothing on it yet but what every page has. */
export function barePage(title: string): PageData {
  const sides = { reference: 'the reference', subject: 'the subject' };
  const words = JUDGEMENTS.map((judgement) => [
    judgement,
    { means: sentence(meaningOf(judgement, sides)), toDo: sentence(toDoAbout(judgement, sides)) },
  ]);
  const judgements = Object.fromEntries(words) as Record<Judgement, { means: string; toDo: string }>;
  return { format: 1, version: version(), title, causes: [], cases: [], judgements, notes: [] };
}

/** It may begin with the name of a side. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
