import { dirname } from 'node:path';
import { baselineText } from '../../export/audit/baseline.ts';
import { grouped } from '../../export/report/grouped.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Io } from '../io/io.ts';
import { writePage } from '../io/write-page.ts';
import type { AuditOptions } from './audit-options.ts';
import { type Outcome, refuseExtracted } from './outcome.ts';

/** Options that name a file to write. */
const FILES = ['html', 'writeBaseline', 'patch', 'cocci'] as const;

/**
 * Before minutes of work: what cannot be a file, or two outputs that would write over each other. That a disk is full shows
 * later.
 *
 * @throws InputError
 */
export function refuseOutputs(options: AuditOptions): void {
  const files = FILES.flatMap((name) => options[name] ?? []);
  for (const file of files) {
    const found = statsOf(file);
    if (found && !found.isFile()) throw new InputError(file, 'is no file that could be written');
    const folder = statsOf(dirname(file));
    if (folder && !folder.isDirectory()) throw new InputError(file, `${dirname(file)} is no folder`);
  }
  const again = files.find((file, at) => files.indexOf(file) !== at);
  if (again !== undefined) throw new InputError(again, 'is named for two outputs');
  const { output } = options;
  if (output !== undefined && statsOf(output)?.isDirectory() === false)
    throw new InputError(output, 'is no folder');
  // An extract that is converted may have been decided since.
  if (output !== undefined && !options.convert) refuseExtracted(output, ['before.c']);
}

/**
 * Writes every file that was asked for, and says so.
 *
 * What makes each file is loaded when it is asked for: most audits write none, and answer sooner without it.
 *
 * @returns what `--convert` ends with; undefined where nothing is converted
 * @throws InputError for what cannot be written
 */
export async function writeOutputs(
  options: AuditOptions,
  outcome: Outcome,
  io: Io,
): Promise<number | undefined> {
  const { html, writeBaseline } = options;
  const { audit, earlier } = outcome;
  let converted: number | undefined;
  // Beside --json, what is said is not for the program that reads it.
  const say = options.json ? io.err : io.out;
  const write = (path: string, text: string, what: string) => {
    writePage(path, text);
    say(`${path}: ${what}\n`);
  };
  if (writeBaseline !== undefined) {
    const known = audit.judged.filter(({ verdict }) => verdict === 'misuse').length;
    write(writeBaseline, baselineText(audit.judged, earlier), `a baseline of ${grouped(known)}`);
  }
  if (options.patch !== undefined || options.cocci !== undefined) {
    const { writePatches } = await import('./write-patches.ts');
    await writePatches(options, outcome, say);
  }
  if (options.output !== undefined) {
    const { convertExtract, hasExtract } = await import('./convert-extract.ts');
    if (!options.convert || !hasExtract(options.output)) {
      const { writeExtract } = await import('./write-extract.ts');
      await writeExtract(options.output, outcome, say);
    } else say(`${options.output}: extracted before; goes on with what is there\n`);
    if (options.convert) converted = await convertExtract(options.output, options, outcome, io);
  }
  if (html !== undefined) {
    const { auditPage } = await import('../../export/audit/audit-page.ts');
    const { pageHtml } = await import('../../export/page/page-html.ts');
    const page = pageHtml(auditPage(audit));
    const size = `${grouped(Math.round(Buffer.byteLength(page) / 1000))} kB`;
    write(html, page, `${grouped(audit.judged.length)} counters; ${size}, needs no network`);
  }
  return converted;
}
