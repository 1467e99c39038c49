import { readFileSync } from 'node:fs';
import { packageRoot } from '../../targets/subject/package-root.ts';

/** The version of refuzz. Stored progress of one version means nothing to another, which may search differently. */
export function version(): string {
  const { version: text } = JSON.parse(readFileSync(`${packageRoot()}/package.json`, 'utf8')) as {
    version: string;
  };
  return text;
}
