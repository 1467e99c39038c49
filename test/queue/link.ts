import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut. Whoever goes by it believes that it is the server. */
export interface Link {
  /** The address of the server, by way of this. */
  readonly url: string;
  /** Bytes that the server has said so far. */
  readonly said: number;
  /** From now on nothing comes through, in either direction, and nobody hears of it: as when a cable is pulled. */
  cut(): void;
  /** What was held back goes on its way, as TCP sends it again when the cable is back. */
  heal(): void;
  close(): Promise<void>;
}

/** @param most bytes that the server may say on one connection; then it breaks */
export async function linkTo(url: string, most = Number.POSITIVE_INFINITY): Promise<Link> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  let said = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let heard = 0;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (isCut) from.pause();
      from.on('data', (bytes) => {
        to.write(bytes);
        if (from === near) return;
        said += bytes.length;
        heard += bytes.length;
        if (heard > most) near.resetAndDestroy();
      });
      // An end is news too, and waits behind the bytes of a socket that is paused.
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String((server.address() as { port: number }).port);
  return {
    url: own.href,
    get said() {
      return said;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    heal() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
