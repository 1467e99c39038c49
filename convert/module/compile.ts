import { compile, compileAhead } from '../../targets/c/build/compiler.ts';
import { type CSource, REFUZZ_INCLUDE, readSource } from '../../targets/c/build/source-files.ts';
import { cSubject } from '../../targets/c/c-subject.ts';
import { withFoundWords } from '../../targets/c/found-words.ts';
import type { CompiledSubject } from '../../targets/subject/compiled-subject.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { MemoryModel } from '../../targets/target/memory.ts';
import type { KernelTrees } from '../../targets/target/read-target.ts';
import type { Menu } from '../menu/candidate.ts';
import { findSites } from '../sites/find-sites.ts';
import type { Sites } from '../sites/site.ts';
import type { ConversionData } from './switched-scheme.ts';
import { switchedSource } from './switched-source.ts';

/** A source with its sites. */
export interface ReadSource {
  readonly source: CSource;
  readonly sites: Sites;
}

/** Reads a source that is to be converted. @throws InputError for one that has nothing to convert */
export function readSites(path: string, { kernel, include = [] }: KernelTrees): ReadSource {
  const source = readSource(path, { ...(kernel && { kernel }), include });
  const own = [...source.files].filter(
    ([name]) => !name.startsWith(REFUZZ_INCLUDE) && !name.startsWith('kernel/'),
  );
  const sites = findSites(path, new Map(own));
  return { source, sites };
}

/**
 * Compiles the original and the module with switches.
 *
 * @param before the original, where that is not the source whose sites are switched: a conversion that is repaired has another
 * @param memory under which model they are to be explored
 */
export async function compileConversion(
  { source, sites }: ReadSource,
  menu: Menu,
  before: CSource = source,
  memory: MemoryModel = 'sc',
): Promise<ConversionData> {
  const switched = switchedSource(source, sites, menu);
  compileAhead(before, 'recorded', before.path);
  compileAhead(switched, 'recorded', source.path);
  return {
    before: await compiled(before),
    switched: await compiled(switched, false),
    menu,
    ofOp: sites.ofOp,
    ofLater: sites.ofLater,
    memory,
  };
}

/** A source that is written now, and of which nothing is told. @throws InputError for one that does not compile, or declares no scheme */
export async function schemeFrom(source: CSource): Promise<Scheme> {
  const { recorded, ...called } = await compiled(source, false);
  return cSubject(called, recorded) as Scheme;
}

/** A module with the words that its ops share; they follow from the source as it is, with every site in form 0. */
async function compiled(source: CSource, tells = true): Promise<CompiledSubject> {
  const recorded = await compile(source, 'recorded', source.path, tells);
  const called = { name: source.path, path: source.path };
  const subject = withFoundWords(recorded, (found) =>
    cSubject({ ...called, ...(found && { found }) }, recorded, undefined, () => undefined),
  );
  if (subject.kind !== 'scheme' || !subject.compiled)
    throw new InputError(source.path, 'is a counter; only a scheme (REFUZZ_SCHEME) can be converted');
  return subject.compiled;
}
