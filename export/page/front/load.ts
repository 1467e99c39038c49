import type { PageData } from '../page-data.ts';

/*
 * Data comes by one of two ways. A report has it in the file, packed: a thousand cases are ten megabytes
 * of JSON and a quarter of one as gzip, which every browser of the last years can unpack. A served page
 * has an empty place there, and asks its server, which may have something new by then.
 */

/** Whether the page is served by `refuzz ui`: then its data is not in it, but asked for. */
export function isLive(): boolean {
  return packed() === '';
}

function packed(): string {
  return document.getElementById('data')?.textContent?.trim() ?? '';
}

/** The data that came with the page, or that its server has. */
export async function embedded(): Promise<PageData> {
  return isLive() ? asked() : (JSON.parse(await unpacked(packed())) as PageData);
}

async function asked(): Promise<PageData> {
  const answer = await fetch('data', { cache: 'no-store' });
  if (!answer.ok) throw new Error(`refuzz ui answered ${answer.status}`);
  return (await answer.json()) as PageData;
}

/** Base64 of gzip. */
async function unpacked(text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

/**
 * Calls back with the new data whenever the server says that there is some. A server that went away is asked again by the
 * browser itself.
 */
export function onNews(take: (data: PageData) => void): void {
  if (!isLive()) return;
  const events = new EventSource('events');
  events.addEventListener('news', () => {
    void asked().then(take, () => {});
  });
}
