import { join } from 'node:path';
import { type Menu, menuOf, type Wishes } from '../../convert/menu/candidate.ts';
import { compileConversion, readSites } from '../../convert/module/compile.ts';
import type { ConversionData } from '../../convert/module/switched-scheme.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import type { Decided, SearchResult } from '../../convert/search/state.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { MemoryModel } from '../../targets/target/memory.ts';

/** Where the protocols are that only tests have. */
export const PROTOCOLS = join('test', 'convert', 'protocols');

/** A search in this thread, and what it was of. */
export interface SearchedHere {
  readonly menu: Menu;
  readonly data: ConversionData;
  readonly result: SearchResult;
  /** Those of a kind, as `choice` writes them. */
  readonly of: (kind: Decided['kind']) => string[];
}

/** Searches a source in this thread. @param repair a conversion of it that is wrong */
export async function searchHere(
  before: string,
  size: ScopeSize,
  { memory, ...wishes }: Wishes & { readonly memory?: MemoryModel } = { plainOnly: true },
  repair?: string,
): Promise<SearchedHere> {
  const read = readSites(repair ?? before, {});
  const menu = menuOf(read.sites, { ...wishes, isRepair: repair !== undefined });
  const original = repair === undefined ? undefined : readSites(before, {}).source;
  const data = await compileConversion(read, menu, original, memory);
  const search = new ConversionSearch(data, { scope: size, workers: 0, limit: 100_000 });
  const result = await search.run();
  const choice = ({ candidate }: Decided) =>
    [
      `bias ${menu.shifts[candidate.shift]!.bias}`,
      ...candidate.forms.map((form, site) => menu.forms[site]![form]!.name),
    ].join(' ');
  return { menu, data, result, of: (kind) => result.decided.filter((one) => one.kind === kind).map(choice) };
}
