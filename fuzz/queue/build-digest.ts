import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onDemand } from '../../targets/subject/on-demand.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { version } from '../storage/version.ts';
import { WORKS } from '../workers/job-pool.ts';

/**
 * Tells apart builds of refuzz that may answer a job differently: the version, and the code of the worker threads. So a
 * changed checkout is not taken for the release whose number it has.
 *
 * @returns `0.5.0-1f3a90c2`
 */
export const buildDigest: () => string = onDemand(() => {
  const dist = join(packageRoot(), 'dist');
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const chunks = names.filter((name) => name.startsWith('chunks'));
  // Where nothing could be bundled every module is a file.
  const modules = chunks.length > 0 ? chunks : names.filter((name) => /^(fuzz|oracles|targets)\b/.test(name));
  // Names too, since a chunk that is called otherwise may hold the same.
  const hash = createHash('sha256');
  const code = new Set([...WORKS.map((work) => join('fuzz', `${work}.js`)), ...modules]);
  for (const name of [...code].sort()) hash.update(`${name}\0${readText(join(dist, name), FILE.state)}\0`);
  return `${version()}-${hash.digest('hex').slice(0, 8)}`;
});
