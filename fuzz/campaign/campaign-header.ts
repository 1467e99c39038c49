import { join } from 'node:path';
import type { z } from 'zod';
import { DISCIPLINES } from '../../oracles/holdings.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { MEMORY_MODELS } from '../../targets/target/memory.ts';
import { hasSeal, sealed, unsealed } from '../storage/sealed.ts';
import { readStored } from '../storage/set-aside.ts';
import { storeText } from '../storage/store-text.ts';
import { parsedJson } from '../storage/stored-json.ts';

/** The format that this code writes, and the only one it reads. */
export const FORMAT = 3;

const shapes = onDemand(() => {
  const z = zod();
  const HEADER = z.object({
    campaign: z.literal(FORMAT),
    /** Of refuzz. Another version may search differently. */
    version: z.string(),
    seed: z.int().nonnegative(),
    maxOps: z.int(),
    maxThreads: z.int().optional(),
    /** See `CampaignSetup.feedback`. */
    feedback: z.boolean(),
    /** As the user named them: none for the default ones. */
    targets: z.array(z.string()),
    /** Where C code comes from, and what is asked of it. */
    code: z.object({
      kernel: z.string().optional(),
      against: z.string().optional(),
      before: z.string().optional(),
      after: z.string().optional(),
      include: z.array(z.string()).optional(),
      discipline: z.enum(DISCIPLINES).optional(),
      memory: z.enum(MEMORY_MODELS).optional(),
      only: z.union([z.literal(true), z.string()]).optional(),
    }),
  });

  /** What a campaign of any format says of itself. Earlier formats are not read, but they are not lost either. */
  const ANY_HEADER = z.looseObject({ campaign: z.int(), version: z.string() });
  return { ANY_HEADER, HEADER };
});

/** What a campaign was started with, so that it can go on. */
export type CampaignHeader = z.infer<ReturnType<typeof shapes>['HEADER']>;

/** By which a folder is known to hold a campaign. */
export const HEADER_FILE = 'campaign.json';
/** @throws StorageError */
export function storeHeader(folder: string, header: CampaignHeader): void {
  storeText(join(folder, HEADER_FILE), `${sealed(header)}\n`);
}

/** @throws InputError when there is none, or none that this version can go on with */
export function readHeader(folder: string): CampaignHeader {
  const path = join(folder, HEADER_FILE);
  if (holdsNothing(folder))
    throw new InputError(
      folder,
      'holds no campaign; name the folder of one with --state, or begin one with refuzz fuzz TARGET',
    );
  const stored = storedHeader(path);
  const { success, data } = shapes().HEADER.safeParse(stored);
  if (success) return data;
  const other = shapes().ANY_HEADER.safeParse(stored).data;
  if (other === undefined || other.campaign === FORMAT)
    throw new InputError(path, 'is damaged; start a new campaign in another folder with --state');
  throw new InputError(
    folder,
    `holds a campaign of refuzz ${other.version}, which this version cannot continue; finish it with that version, or start a new campaign`,
  );
}

/** Whether there is no campaign in a folder, not even a damaged one. */
export function holdsNothing(folder: string): boolean {
  return readStored(join(folder, HEADER_FILE)).kind === 'missing';
}

/** What a campaign of any format says of itself. @returns undefined when it is damaged */
export function anyHeader(path: string) {
  return shapes().ANY_HEADER.safeParse(storedHeader(path)).data;
}

/** Of this format with its checksum; of any other as it is. @returns undefined for a damaged one */
function storedHeader(path: string): unknown {
  const stored = readStored(path);
  if (stored.kind !== 'text') return undefined;
  const text = stored.text.trimEnd();
  return hasSeal(text) ? unsealed(text) : former(parsedJson(text));
}

/** Formats before this one had no checksum: without it, a campaign of this format is damaged. */
function former(header: unknown): unknown {
  return shapes().ANY_HEADER.safeParse(header).data?.campaign === FORMAT ? undefined : header;
}
