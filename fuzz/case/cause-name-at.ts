import { FILE, readText } from '../../targets/subject/read-file.ts';

/** `cause: dec-in-races` on a line of its own; quotes are for names that YAML would take for something else. */
const LINE = /^cause: ["']?([\w+-]+)["']?$/m;

/**
 * The name of the cause that a case file carries, without reading the rest of it: a campaign asks for hundreds a second.
 *
 * @returns undefined where it carries none, or is not there
 */
export function causeNameAt(path: string): string | undefined {
  try {
    return LINE.exec(readText(path, FILE.case))?.[1];
  } catch {
    return undefined;
  }
}
