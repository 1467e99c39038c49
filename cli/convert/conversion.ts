import { type Edit, edited } from '../../audit/patch/unified-diff.ts';
import type { Candidate } from '../../convert/menu/candidate.ts';
import { type Menu, menuOf, type Wishes } from '../../convert/menu/candidate.ts';
import { compileConversion, type ReadSource, readSites } from '../../convert/module/compile.ts';
import {
  type ConversionData,
  originalOf,
  SwitchedModule,
  shiftIn,
} from '../../convert/module/switched-scheme.ts';
import { afterEdits } from '../../convert/write/after.ts';
import type { CSource } from '../../targets/c/build/source-files.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { mismatches, mismatchText } from '../../targets/target/interfaces.ts';
import type { MemoryModel } from '../../targets/target/memory.ts';
import type { KernelTrees } from '../../targets/target/read-target.ts';

/** A source whose conversions are searched, made ready. */
export interface Conversion {
  /** As the user named it: what is converted, or repaired. */
  readonly path: string;
  /** The original, where another source is repaired. */
  readonly before: string;
  readonly isRepair: boolean;
  readonly read: ReadSource;
  readonly menu: Menu;
  readonly data: ConversionData;
}

/** What somebody asks of it. */
export interface Asked extends Wishes {
  readonly repair?: string;
  readonly trees: KernelTrees;
  /** `sc` if left out. */
  readonly memory?: MemoryModel;
}

/**
 * Reads and compiles a source for a search.
 *
 * @throws InputError for a source that cannot be converted, and for a site or form that there is not
 */
export async function openConversion(
  before: string,
  { repair, trees, memory, ...wishes }: Asked,
): Promise<Conversion> {
  const path = repair ?? before;
  const read = readSites(path, trees);
  const isWithoutLimits = trees.kernel !== undefined && !hasLimits(read);
  const menu = menuOf(read.sites, { ...wishes, isWithoutLimits, isRepair: repair !== undefined });
  checkWishes(path, menu, wishes);
  const original = repair === undefined ? undefined : readSites(before, trees).source;
  const data = await compileConversion(read, menu, original, memory);
  if (repair !== undefined) checkSame(data);
  return { path, before, isRepair: repair !== undefined, read, menu, data };
}

/** Whether the refcount_t of a kernel has gets with a limit. */
function hasLimits({ source }: ReadSource): boolean {
  return [...source.files.values()].some((text) => text.includes('__refcount_add_not_zero_limited_acquire'));
}

/** @throws InputError for a conversion that does not declare what the original declares */
function checkSame(data: ConversionData): void {
  const sides = { reference: originalOf(data), subject: new SwitchedModule(data).base };
  const found = mismatches(sides);
  if (found.length === 0) return;
  const { name } = sides.subject;
  throw new InputError(
    name,
    `it does not declare what ${data.before.name} declares:\n  ${mismatchText(found)}`,
  );
}

/** @throws InputError for names that the source does not have */
function checkWishes(path: string, { sites, forms }: Menu, { keep }: Wishes): void {
  for (const [name, form] of keep ?? []) {
    const at = sites.findIndex((site) => site.name === name);
    if (at < 0)
      throw new InputError(
        path,
        `has no site "${name}"; its sites are ${sites.map((site) => site.name).join(', ')}`,
      );
    if (forms[at]!.length === 0) {
      const known = menuOf({ sites: [sites[at]!], constants: [], bias: 0, places: [] }).forms[0]!.map(
        (one) => one.name,
      );
      throw new InputError(path, `${name} has no form "${form}"; write ${known.join(', ')}`);
    }
  }
}

/** A file of the user's, before and after. */
export interface ConvertedFile {
  /** As the user names it. */
  readonly name: string;
  /** Below the folder that all files of the source lie in. */
  readonly place: string;
  readonly before: string;
  /** What the conversion changes; empty where it leaves the file as it is. */
  readonly edits: readonly Edit[];
}

/** All files of a source as a conversion has them, also those that it does not change; the main one first. */
export function filesOf({ read, menu, data }: Conversion, candidate: Candidate): ConvertedFile[] {
  const states = statesOf(data);
  const shift = menu.shifts[candidate.shift]!;
  const shifts = new Map(Object.entries(states).map(([name, state]) => [name, shiftIn(state, shift)]));
  const { files, names, main, path } = read.source;
  const own = new Map([...files].filter(([name]) => name.startsWith(OWN)));
  const edits = afterEdits(own, { sites: read.sites, menu, candidate, shifts });
  const all = Array.from(own, ([name, before]) => ({
    name: names.get(name) ?? (name === main ? path : name),
    place: name.slice(OWN.length),
    before,
    edits: edits.get(name) ?? [],
    isMain: name === main,
  }));
  return all.sort((one, other) => Number(other.isMain) - Number(one.isMain));
}

/** The source with its files as they are to be written, as the compiler takes it. */
export function writtenSource(conversion: Conversion, files: readonly ConvertedFile[]): CSource {
  const { source } = conversion.read;
  const texts = files.map(({ place, before, edits }) => [`${OWN}${place}`, edited(before, edits)] as const);
  return { ...source, files: new Map([...source.files, ...texts]) };
}

/** Where the compiler sees the user's files. */
const OWN = 'source/';

const known = new WeakMap<ConversionData, Scheme['states']>();

/** To run the code that sets states up takes some hundredths of a second, and files are asked for twice. */
function statesOf(data: ConversionData): Scheme['states'] {
  const states = known.get(data) ?? new SwitchedModule(data).base.states;
  known.set(data, states);
  return states;
}
