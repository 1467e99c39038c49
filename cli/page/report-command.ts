import { join } from 'node:path';
import { pageHtml } from '../../export/page/page-html.ts';
import { grouped } from '../../export/report/grouped.ts';
import { EXIT, type Io } from '../io/io.ts';
import { writePage } from '../io/write-page.ts';
import { type PageOptions, PageSources } from './page-sources.ts';

/*
 * A report is a file that is sent to somebody, or kept with a release. It has to be read years later and
 * on a machine without refuzz: so everything is in it, and it asks for nothing.
 */

/** `refuzz report`: a page of everything that a state and a corpus hold, in one file. */
export async function reportCommand(
  options: PageOptions & { readonly output: string },
  io: Io,
): Promise<number> {
  const data = await new PageSources(options).make();
  const html = pageHtml(data);
  const path = join(options.output, 'index.html');
  writePage(path, html);
  for (const note of data.notes) io.err(`refuzz: ${note}\n`);
  const campaign = data.campaign ? `campaign ${data.campaign.folder}, ` : '';
  const size = `${grouped(Math.round(Buffer.byteLength(html) / 1000))} kB`;
  io.out(
    `${path}: ${campaign}${data.causes.length} causes, ${grouped(data.cases.length)} cases; ${size}, needs no network\n`,
  );
  return EXIT.OK;
}
