import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { readIfThere } from '../../targets/subject/read-file.ts';
import type { PageData } from './page-data.ts';

/** Where the build leaves the front end, in one file with two places to fill. */
const TEMPLATE = 'dist/page.html';

/** What the template has in its places. */
const PLACES = { data: '@@DATA@@', connect: '@@CONNECT@@' } as const;

/**
 * A page with its data, in one file that needs nothing else: script and style are in it, by their digests in a policy that
 * allows nothing else, and so is the data, packed.
 *
 * @param isLive whether it is served, and asks its server for news; then `data` may be left out
 * @throws InputError where the build has no front end
 */
export function pageHtml(data: PageData | undefined, isLive = false): string {
  const path = join(packageRoot(), TEMPLATE);
  const template = readIfThere(path);
  if (template === undefined)
    throw new InputError(
      path,
      'is not there: this build has no pages; run npm run build where rolldown has a binding',
    );
  // Functions, as a `$` in a text of others would mean something.
  return template
    .replace(PLACES.connect, () => (isLive ? "'self'" : "'none'"))
    .replace(PLACES.data, () => (data ? packed(data) : ''));
}

/** Base64 has no sign that HTML would read. gzip has no time in its head here, so the same data is the same text. */
function packed(data: PageData): string {
  return gzipSync(JSON.stringify(data), { level: 9 }).toString('base64');
}
