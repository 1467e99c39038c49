import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, roundStart } from '../fuzz/campaign/rounds.ts';
import { parseCase } from '../fuzz/case/case-file.ts';
import { SCHEMA_FILE } from '../fuzz/case/schema-line.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { loadTarget } from '../targets/target/target-file.ts';

/** What lies below a folder: paths from there, sorted. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** What is being written gets its name when it is complete; a kill may leave it behind under this one. */
const HALF_WRITTEN = /\.(yaml|json|jsonl)\.\d+$|^status\.json\.new$|^lock\..*\.\d+$/;

/** The case files of a corpus, by path: their text. @throws for anything else but what a kill may leave, and for no case */
export function casesIn(corpus: string): Map<string, string> {
  const cases = new Map<string, string>();
  for (const name of filesBelow(corpus)) {
    if (HALF_WRITTEN.test(name)) continue;
    const text = readFileSync(join(corpus, name), 'utf8');
    // Beside the cases lies the schema that they name, for editors.
    if (name === SCHEMA_FILE) {
      JSON.parse(text);
      continue;
    }
    parseCase(name, text);
    cases.set(name, text);
  }
  return cases;
}

/** Counts and signatures of a target, as the next session finds them. */
export interface Known {
  readonly counts: Readonly<Record<string, number>>;
  readonly signatures: ReadonlySet<string>;
}

/** What a state says that has been searched, by target. @throws for a file that is none of a campaign, or is damaged */
export function searchedIn(state: string): Map<string, Known> {
  const names = filesBelow(state);
  for (const name of names) checkFile(state, name);
  const targets = new Set(names.flatMap((name) => name.match(/^targets\/([^/]+)\//)?.[1] ?? []));
  return new Map([...targets].map((target) => [target, knownOf(join(state, 'targets', target), target)]));
}

/** Signatures that have been met and are no cases yet: `TARGET/SIGNATURE`. */
export function rawFindingsIn(state: string): string[] {
  const names = filesBelow(join(state, 'raw-findings')).filter((name) => name.endsWith('.json'));
  return names.map(
    (name) => `${name.split('/')[0]}/${signatureOf(json(join(state, 'raw-findings', name)).divergence)}`,
  );
}

function checkFile(state: string, name: string): void {
  if (HALF_WRITTEN.test(name)) return;
  const path = join(state, name);
  if (
    /^(campaign|status)\.json$|^lock(\.claim)*$|^raw-findings\/[^/]+\/[^/]+\.json$|\/snapshot\.json$/.test(
      name,
    )
  )
    json(path);
  else if (/^series\.jsonl$|^targets\/[^/]+\/journal\.jsonl$/.test(name)) linesOf(path);
  else throw new Error(`${name} is no file of a campaign`);
}

function knownOf(folder: string, target: string): Known {
  const snapshot = existsSync(join(folder, 'snapshot.json'))
    ? json(join(folder, 'snapshot.json'))
    : undefined;
  const journal = join(folder, 'journal.jsonl');
  const parts = (existsSync(journal) ? linesOf(journal) : []).flatMap(({ part }) => part ?? []);
  // A journal that has not been begun anew after its snapshot tells of rounds that the snapshot has.
  const start = snapshot ? roundStart(kindOf(target), snapshot.rounds) : 0;
  const counts: Record<string, number> = { ...snapshot?.counts };
  const signatures = new Set(Object.keys(snapshot?.hits ?? {}));
  for (const part of parts.filter(({ to }) => to > start)) {
    for (const [name, count] of Object.entries<number>(part.counts))
      counts[name] = (counts[name] ?? 0) + count;
    for (const signature of Object.keys(part.hits)) signatures.add(signature);
  }
  return { counts, signatures };
}

/** Of a built-in target. */
function kindOf(name: string): Kind {
  const file = join('targets', `${name}.yaml`);
  return loadTarget(file).subject.kind;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a file holds
type Json = any;

/** @throws for what is no JSON */
export function json(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The last line may be cut short. */
function linesOf(path: string): Json[] {
  const text = readFileSync(path, 'utf8');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
