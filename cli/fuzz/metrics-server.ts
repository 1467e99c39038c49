import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Counter, Gauge, Registry } from 'prom-client';
import { METRICS, type MetricKind, type Sample, samplesOf } from '../../export/report/engine-metrics.ts';
import type { EngineStatus } from '../../fuzz/engine/engine.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Io } from '../io/io.ts';

/** Where metrics are served. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Metrics that are being served. */
export interface MetricsServer {
  update(status: EngineStatus): void;
  close(): Promise<void>;
}

/**
 * `[host]:port`. Without a host nobody but this machine is answered.
 *
 *     :9400              127.0.0.1, port 9400; 0 is a port that is free
 *     0.0.0.0:9400       everybody
 *     [::1]:9400
 *
 * @throws InputError
 */
export function metricsAddress(text: string): MetricsAddress {
  const match = /^(?:([\w.-]+)|\[([0-9a-fA-F:]+)\])?:(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new InputError('--metrics', 'write [host]:port, as :9400; without a host it is this machine alone');
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
}

/**
 * Serves what the last status says, for Prometheus. Between two scrapes nothing is computed; the server does not keep the
 * process alive.
 *
 * @throws InputError where the package prom-client is not there, or the address cannot be had
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  facts: { readonly version: string; readonly engine: string },
  io: Io,
): Promise<MetricsServer> {
  const { Registry, Counter, Gauge } = await promClient();
  const registry = new Registry();
  new Gauge({
    name: 'refuzz_info',
    help: 'What runs.',
    labelNames: Object.keys(facts),
    registers: [registry],
  }).set({ ...facts }, 1);
  const kept = registered(registry, { Counter, Gauge });
  /** By target: the engines other than `random` tell one target at a time. */
  let samples: readonly Sample[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at /metrics\n');
      return;
    }
    fill(kept, samples);
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new InputError('--metrics', `cannot be served (${error.message})`)),
    );
    server.listen(port, host, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  io.err(`metrics at http://${shown}:${given}/metrics\n`);
  return {
    update(status) {
      const told = samplesOf(status);
      const isTold = (one: Sample) => told.some((other) => keyOf(other) === keyOf(one));
      samples = [...samples.filter((one) => !isTold(one)), ...told];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A metric with its labels: what a later status may say anew. */
function keyOf({ name, labels }: Sample): string {
  return `${name} ${JSON.stringify(labels)}`;
}

/** It is a peer that most do without. */
async function promClient(): Promise<typeof import('prom-client')> {
  try {
    const loaded = await import('prom-client');
    return loaded.default ?? loaded;
  } catch {
    throw new InputError('--metrics', 'needs the package prom-client; run: npm install prom-client');
  }
}

/** By their names. */
type Kept = ReadonlyMap<string, Counter | Gauge>;

/** In a registry of this server's own: the global one is anybody's in a process that imports refuzz. */
function registered(
  registry: Registry,
  make: { readonly Counter: typeof Counter; readonly Gauge: typeof Gauge },
): Kept {
  const kinds: [string, MetricKind][] = Object.entries(METRICS);
  return new Map(
    kinds.map(([name, { type, help, labels }]) => {
      const options = { name, help, labelNames: [...labels], registers: [registry] };
      return [name, type === 'counter' ? new make.Counter(options) : new make.Gauge(options)];
    }),
  );
}

/** From nothing: what the status does not say any more is no metric. */
function fill(kept: Kept, samples: readonly Sample[]): void {
  for (const metric of kept.values()) metric.reset();
  for (const { name, labels, value } of samples) kept.get(name)!.inc({ ...labels }, value);
}
