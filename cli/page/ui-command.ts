import { isIP } from 'node:net';
import { pageHtml } from '../../export/page/page-html.ts';
import { reasonOf } from '../../fuzz/storage/storage-error.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type PageServer, servePage } from './page-server.ts';
import { type PageOptions, PageSources } from './page-sources.ts';

/*
 * The page of a report, alive: it is served with an empty place for its data, and asks for that. The disk
 * is looked at once a second, and only while somebody has the page open. Whoever has it open is told that
 * there is news, and asks again; so what is sent is always all, and nobody can miss a part.
 */

interface UiOptions extends PageOptions {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds from one look at the disk to the next, while somebody has the page open. */
const LOOK = 1_000;

/**
 * `refuzz ui`: the page of a report, served until it is interrupted, and made anew when a campaign or the corpus has
 * changed.
 *
 * @throws InputError for a host that is no address of this machine, and for what `report` would refuse
 */
export async function uiCommand(options: UiOptions, io: Io): Promise<number> {
  const { host, port } = options;
  if (/^(0+\.)*0+$|^[:0]+$/.test(host) || (isIP(host) === 0 && host !== 'localhost'))
    throw new InputError(
      '--host',
      `"${host}" is not one address; name the one of this machine that is to be used`,
    );
  const sources = new PageSources(options);
  io.err('reading cases …\n');
  let stamp = sources.stamp();
  let data = JSON.stringify(await sources.make());
  const remake = async () => {
    const now = sources.stamp();
    if (now === stamp) return false;
    data = JSON.stringify(await sources.make());
    stamp = now;
    return true;
  };
  const ended = new Promise<void>((done) => {
    io.onInterrupt(done, 'the answers under way');
  });
  const server = await started({
    host,
    port,
    html: pageHtml(undefined, true),
    data: async () => {
      await remake();
      return data;
    },
  });
  io.out(`${server.address}\n`);
  io.err('Open this address in a browser; whoever knows it can read the page. Ctrl-C ends it.\n');
  const looking = setInterval(() => void look(server, remake, io), LOOK);
  await ended;
  clearInterval(looking);
  await server.close();
  return EXIT.OK;
}

async function started(served: Parameters<typeof servePage>[0]): Promise<PageServer> {
  try {
    return await servePage(served);
  } catch (error) {
    throw new InputError(
      '--host',
      `nothing can be served at ${served.host}, port ${served.port} (${reasonOf(error)})`,
    );
  }
}

/** What cannot be read now may be read in a second: a corpus is being moved, say. */
async function look(server: PageServer, remake: () => Promise<boolean>, io: Io): Promise<void> {
  if (!server.isWatched) return;
  try {
    if (await remake()) server.tell();
  } catch (error) {
    io.err(`refuzz: ${reasonOf(error)}\n`);
  }
}
