import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, divergenceOf, JUDGEMENTS, KINDS, signatureOf } from '../../oracles/divergence.ts';
import { entriesOf, statsOf } from '../../targets/subject/folders.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import type { Target } from '../../targets/target/target.ts';
import { fileNameOf } from '../case/case-file.ts';
import { hasSeal, sealed, unsealed } from '../storage/sealed.ts';
import { clearedFolder, readStored, setAside } from '../storage/set-aside.ts';
import { StorageError, writing } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import { parsedJson } from '../storage/stored-json.ts';
import { version } from '../storage/version.ts';
import { digestOf } from '../workers/target-digest.ts';
import type { StoredRawFinding } from './campaign-jobs.ts';

/** Of a state: of a campaign or of another engine. */
export const RAW_FINDINGS_FOLDER = 'raw-findings';

/** Checked, since it goes to a worker: what somebody has edited is damaged here, and no crash there. */
export const rawFindingShape = onDemand(() => {
  const z = zod();
  return z.strictObject({
    divergence: z
      .object({
        op: z.string(),
        boundary: z.enum(BOUNDARIES),
        kind: z.enum(KINDS),
        judgement: z.enum(JUDGEMENTS),
      })
      .refine((divergence) => divergenceOf(signatureOf(divergence)) !== undefined),
    program: z.object({ start: z.union([z.int(), z.string()]), threads: z.array(z.array(z.string())) }),
    schedule: z.array(z.int()).optional(),
    by: z.string(),
    iteration: z.number().optional(),
    seed: z.number().optional(),
    cause: z.string().optional(),
    code: z.string().optional(),
  });
});

const shape = onDemand(() => rawFindingShape().extend({ target: zod().string() }));

/** What a raw finding was met on: a schedule of one code means nothing to another, nor to another version of refuzz. */
export function codeMetOn(target: Target): string {
  return digestOf(target, { version: version() });
}

/**
 * Divergences that have been met and are not cases yet, a file each: whatever happens to the process that minimises
 * them, they are not lost.
 */
export class RawFindings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The first one of a signature stays. The error carries the text, so that a full disk does not lose what was met: the
   * summary shows it.
   *
   * @returns whether it is the first
   * @throws StorageError that holds the raw finding
   */
  keep(target: string, rawFinding: StoredRawFinding): boolean {
    if (existsSync(this.pathOf(target, rawFinding.divergence))) return false;
    this.replace(target, rawFinding);
    return true;
  }

  /** The same, in the place of the one that is there: its program has become smaller. */
  replace(target: string, rawFinding: StoredRawFinding): void {
    const path = this.pathOf(target, rawFinding.divergence);
    const { leftover: _, ...stored } = rawFinding;
    const text = sealed({ target, ...stored });
    // What cannot be read again would be put aside as damaged, and so be lost.
    if (!rawFindingOf(text, target))
      throw new StorageError(path, 'internal: it could not be read again', text);
    storeText(path, `${text}\n`, true);
  }

  /** It is a case now. */
  drop(target: string, divergence: Divergence): void {
    const path = this.pathOf(target, divergence);
    writing(path, () => rmSync(path, { force: true }));
  }

  /**
   * Those of a target. In the order of file names, so that two sessions make cases of them in the same order. Damaged
   * ones are passed over, see `setDamagedAside`.
   */
  of(target: string): StoredRawFinding[] {
    return this.#namesOf(target).flatMap((name) => rawFindingIn(this.#path(target, name), target) ?? []);
  }

  /**
   * What is damaged gets another name, and what lies under the name of another one its own.
   *
   * @returns a line for each
   */
  setDamagedAside(target: string): string[] {
    const misplaced: StoredRawFinding[] = [];
    const folders = [this.#folder, join(this.#folder, target)].flatMap((one) => clearedFolder(one) ?? []);
    const notes = this.#namesOf(target).flatMap((name) => {
      const path = this.#path(target, name);
      const found = rawFindingIn(path, target);
      if (!found) return [`${path}: is damaged; kept as ${basename(setAside(path, 'damaged'))}`];
      if (fileOf(found.divergence) === name) return [];
      misplaced.push(found);
      setAside(path, 'damaged');
      return [];
    });
    for (const one of misplaced) this.keep(target, one);
    return [...folders, ...notes];
  }

  /** It says nothing of this code. @returns a line that says so */
  setStaleAside(target: string, divergence: Divergence, why: string): string {
    const path = this.pathOf(target, divergence);
    const isThere = existsSync(path);
    return `${path}: ${why}${isThere ? `; kept as ${basename(setAside(path, 'stale'))}` : ''}`;
  }

  /** The file of one, whether it is there or not. */
  pathOf(target: string, divergence: Divergence): string {
    return this.#path(target, fileOf(divergence));
  }

  #path(target: string, name: string): string {
    return join(this.#folder, target, name);
  }

  #namesOf(target: string): string[] {
    const folder = join(this.#folder, target);
    if (!statsOf(folder)?.isDirectory()) return [];
    return entriesOf(folder)
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.json'));
  }
}

function fileOf(divergence: Divergence): string {
  return fileNameOf(divergence).replace(/yaml$/, 'json');
}

/** @returns undefined for a damaged one */
function rawFindingIn(path: string, target: string): StoredRawFinding | undefined {
  const stored = readStored(path);
  return stored.kind === 'text' ? rawFindingOf(stored.text.trimEnd(), target) : undefined;
}

function rawFindingOf(text: string, target: string): StoredRawFinding | undefined {
  const isSealed = hasSeal(text);
  const { success, data } = shape().safeParse(isSealed ? unsealed(text) : parsedJson(text));
  if (!success || data.target !== target) return undefined;
  // One of an earlier version has neither.
  if (!isSealed && data.code !== undefined) return undefined;
  const { target: _, ...rawFinding } = data;
  return rawFinding;
}
