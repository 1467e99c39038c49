import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';

/** One file of an export. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** A form in which a case leaves refuzz. */
export interface ExportFormat {
  readonly name: string;
  /** What it is, in half a line. */
  readonly about: string;
  /**
   * @returns one file, or a source and its Makefile
   * @throws Inexpressible with the reason when the format cannot say it
   */
  readonly files: (harness: Harness, stored: Case) => ExportedFile[];
  /** How to run what was written to a file, or to a folder when there is more than one. */
  readonly howTo: (path: string) => string;
}

/** For a format that is one file. */
export function oneFile(
  name: string,
  text: (harness: Harness, stored: Case) => string,
): ExportFormat['files'] {
  return (harness, stored) => [{ name, text: text(harness, stored) }];
}
