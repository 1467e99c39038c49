import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';

/** The version of refuzz. Stored progress of one version means nothing to another, which may search differently. */
export function version(): string {
  const { version: text } = JSON.parse(readText(`${packageRoot()}/package.json`, FILE.state)) as {
    version: string;
  };
  return text;
}
