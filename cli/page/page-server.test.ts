import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageServer, servePage } from './page-server.ts';

let server: PageServer;
beforeAll(async () => {
  server = await servePage({ host: '127.0.0.1', port: 0, html: '<p>page</p>', data: async () => '{"a":1}' });
});
afterAll(() => server.close());

interface Asked {
  readonly path?: string;
  readonly host?: string;
  readonly method?: string;
}

/** @param asked what differs from a request of somebody who knows the address */
function ask({
  path,
  host,
  method = 'GET',
}: Asked = {}): Promise<{ code: number; text: string; headers: Record<string, unknown> }> {
  const { hostname, port, pathname, host: own } = new URL(server.address);
  return new Promise((done, fail) => {
    const asking = request(
      { hostname, port, method, path: path ?? pathname, headers: { Host: host ?? own } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => done({ code: answer.statusCode!, text, headers: answer.headers }));
      },
    );
    asking.on('error', fail);
    asking.end();
  });
}

const place = (name: string) => `${new URL(server.address).pathname}${name}`;

describe('a served page', () => {
  test('is for those who know its address', async () => {
    expect(new URL(server.address).hostname).toBe('127.0.0.1');
    // 18 bytes.
    expect(new URL(server.address).pathname).toMatch(/^\/[\w-]{24}\/$/);
    expect(await ask()).toMatchObject({ code: 200, text: '<p>page</p>' });
    expect(await ask({ path: place('data') })).toMatchObject({ code: 200, text: '{"a":1}' });
  });

  test.each([
    '/',
    '/data',
    '/events',
    `/${'a'.repeat(24)}/`,
    `/${'a'.repeat(24)}/data`,
  ])('%s tells nothing', async (path) => {
    expect((await ask({ path })).code).toBe(404);
  });

  test('another server has another token', async () => {
    const other = await servePage({ host: '127.0.0.1', port: 0, html: '', data: async () => '' });
    await other.close();
    expect(new URL(other.address).pathname).not.toBe(new URL(server.address).pathname);
  });

  test('what lies beside it is nothing', async () => {
    for (const path of [place('data/'), place('x'), place('../'), place('data?'), place('').slice(0, -1)])
      expect((await ask({ path })).code, path).toBe(404);
  });

  // A page of somebody else's can give its own name to this machine, and so read what it answers.
  test('a request that names another host is refused', async () => {
    const { port } = new URL(server.address);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`])
      expect((await ask({ host })).code, host).toBe(403);
    expect((await ask({ host: `localhost:${port}` })).code).toBe(200);
  });

  test('nothing but GET is answered', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask({ method })).code, method).toBe(405);
  });

  test('no other page may have it in a frame, or keep it', async () => {
    const { headers } = await ask();
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('who has it open is told of news', async () => {
    const { hostname, port, host } = new URL(server.address);
    expect(server.isWatched).toBe(false);
    const told = await new Promise<string>((done, fail) => {
      const asking = request({ hostname, port, path: place('events'), headers: { Host: host } }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
          if (!text.includes('news')) return server.tell();
          done(text);
          return asking.destroy();
        });
      });
      asking.on('error', fail);
      asking.end();
    });
    expect(told).toContain('event: news');
  });
});

test('a data source that fails costs the answer, and not the server', async () => {
  const failing = await servePage({
    host: '127.0.0.1',
    port: 0,
    html: 'x',
    data: async () => {
      throw new Error('secret path');
    },
  });
  const answer = await fetch(`${failing.address}data`);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret');
  expect((await fetch(failing.address)).status).toBe(200);
  await failing.close();
});
