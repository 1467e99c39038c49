import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * Who can reach a server on the loopback address? Every user of the machine, every program that he runs,
 * and every page that his browser has open: a script from anywhere may send requests to 127.0.0.1, and
 * reads the answers once its own name points there. Against the former stands the token, which nobody can
 * guess; against the latter the name of the host, which a browser does not let a script choose. And there
 * is nothing to be had but a page: no command, no file by its name, no way to change anything.
 */

/** What is served, and to whom. */
export interface Served {
  /** An address of this machine. */
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
  readonly html: string;
  /** The data, as JSON, when somebody asks. */
  data(): Promise<string>;
}

/** A server that runs. */
export interface PageServer {
  readonly address: string;
  /** Whether somebody has the page open. */
  readonly isWatched: boolean;
  /** Tells all that have the page open that there is news. */
  tell(): void;
  close(): Promise<void>;
}

/** Pages that are open at a time. */
const MOST_READERS = 32;

/**
 * A page, for those who know its address: a random token is part of it. A request that names another host is refused, so
 * that no page of somebody else's gets here by a name that it owns and points at this machine (DNS rebinding).
 *
 *     GET /TOKEN/          the page
 *     GET /TOKEN/data      its data
 *     GET /TOKEN/events    a line when there is news
 */
export async function servePage(served: Served): Promise<PageServer> {
  const token = randomBytes(18).toString('base64url');
  const readers = new Set<ServerResponse>();
  let names: ReadonlySet<string> = new Set();
  const server = createServer((request, response) => {
    answer(request, response, { served, token, readers, names }).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'the page could not be made');
    });
  });
  server.maxConnections = 4 * MOST_READERS;
  await listening(server, served);
  const { port } = server.address() as AddressInfo;
  names = namesOf(served.host, port);
  return {
    address: `http://${inAddress(served.host)}:${port}/${token}/`,
    get isWatched() {
      return readers.size > 0;
    },
    tell() {
      for (const reader of readers) reader.write('event: news\ndata: \n\n');
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: Served): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done();
    });
  });
}

/** By which this server may be called. */
function namesOf(host: string, port: number): ReadonlySet<string> {
  const isLoopback = /^127\.|^::1$|^localhost$/.test(host);
  const hosts = [inAddress(host), ...(isLoopback ? ['localhost'] : [])];
  return new Set(hosts.map((name) => `${name}:${port}`));
}

function inAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

interface Context {
  readonly served: Served;
  readonly token: string;
  readonly readers: Set<ServerResponse>;
  readonly names: ReadonlySet<string>;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { served, token, names } = context;
  if (!names.has(request.headers.host ?? '')) return refuse(response, 403, 'this host is not served here');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET is');
  const [, given = '', place, ...rest] = (request.url ?? '').split('/');
  if (!isSame(given, token) || rest.length > 0) return refuse(response, 404, 'there is nothing here');
  if (place === '') return send(response, 'text/html; charset=utf-8', served.html);
  if (place === 'data') return send(response, 'application/json', await served.data());
  if (place === 'events') return listen(response, context);
  return refuse(response, 404, 'there is nothing here');
}

/** How long it takes says nothing of how much was right. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What every answer says: keep it to yourself, and take it for nothing else. The page has a policy of its own as well. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { ...HEADERS, 'Content-Type': type });
  response.end(text);
}

function refuse(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function listen(response: ServerResponse, { readers }: Context): void {
  if (readers.size >= MOST_READERS) {
    refuse(response, 503, 'too many have this page open');
    return;
  }
  response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  readers.add(response);
  response.on('close', () => readers.delete(response));
}
