import type { Candidate } from '../../convert/menu/candidate.ts';
import { type Menu, menuOf, type Wishes } from '../../convert/menu/candidate.ts';
import { compileConversion, type ReadSource, readSites } from '../../convert/module/compile.ts';
import { type ConversionData, SwitchedModule, shiftIn } from '../../convert/module/switched-scheme.ts';
import { afterTexts } from '../../convert/write/after.ts';
import { cSubject } from '../../targets/c/c-subject.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { mismatches, mismatchText } from '../../targets/target/interfaces.ts';
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
}

/**
 * Reads and compiles a source for a search.
 *
 * @throws InputError for a source that cannot be converted, and for a site or form that there is not
 */
export async function openConversion(
  before: string,
  { repair, trees, ...wishes }: Asked,
): Promise<Conversion> {
  const path = repair ?? before;
  const read = readSites(path, trees);
  const menu = menuOf(read.sites, { ...wishes, isRepair: repair !== undefined });
  checkWishes(path, menu, wishes);
  const original = repair === undefined ? undefined : readSites(before, trees).source;
  const data = await compileConversion(read, menu, original);
  if (repair !== undefined) checkSame(data);
  return { path, before, isRepair: repair !== undefined, read, menu, data };
}

/** @throws InputError for a conversion that does not declare what the original declares */
function checkSame(data: ConversionData): void {
  const { recorded, ...called } = data.before;
  const sides = { reference: cSubject(called, recorded), subject: new SwitchedModule(data).base };
  const found = mismatches(sides);
  if (found.length === 0) return;
  const { name } = sides.subject;
  throw new InputError(name, `it does not declare what ${called.name} declares:\n  ${mismatchText(found)}`);
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
      const known = menuOf({ sites: [sites[at]!], constants: [], bias: 0 }).forms[0]!.map((one) => one.name);
      throw new InputError(path, `${name} has no form "${form}"; write ${known.join(', ')}`);
    }
  }
}

/** The files of a conversion that differ from those of the source, by the names that users know. */
export function filesOf(
  { read, menu, data }: Conversion,
  candidate: Candidate,
): Map<string, { before: string; after: string }> {
  const states = statesOf(data);
  const shift = menu.shifts[candidate.shift]!;
  const shifts = new Map(Object.entries(states).map(([name, state]) => [name, shiftIn(state, shift)]));
  const own = new Map([...read.source.files].filter(([name]) => name.startsWith('source/')));
  const after = afterTexts(own, { sites: read.sites, menu, candidate, shifts });
  return new Map(
    Array.from(after, ([name, text]) => [
      read.source.names.get(name) ?? (name === read.source.main ? read.source.path : name),
      { before: own.get(name)!, after: text },
    ]),
  );
}

const known = new WeakMap<ConversionData, Scheme['states']>();

function statesOf(data: ConversionData): Scheme['states'] {
  const states = known.get(data) ?? new SwitchedModule(data).base.states;
  known.set(data, states);
  return states;
}
