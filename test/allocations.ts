import { Session } from 'node:inspector';

/** What some work allocated on the heap of this thread. */
export interface Allocations {
  /** Bytes, whatever became of them. */
  readonly total: number;
  /** Those who allocated most, as text: bytes and function. */
  readonly most: readonly string[];
}

/** A sample in so many bytes: of half a megabyte some two thousand, so that a total is right to some per cent. */
const INTERVAL = 256;
const SHOWN = 12;

interface ProfileNode {
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** Runs some work under V8's sampling profiler of allocations. Neither clocks nor garbage collections matter to it. */
export function allocationsOf(work: () => void): Allocations {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): object => {
    let answer: object = {};
    // Of a session on its own thread the answer is there when `post` returns.
    session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
      answer = result ?? {};
    });
    return answer;
  };
  try {
    post('HeapProfiler.startSampling', {
      samplingInterval: INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    work();
    const { profile } = post('HeapProfiler.stopSampling') as { profile: { head: ProfileNode } };
    const bytes = bytesByFunction(profile.head, new Map());
    const sorted = [...bytes].sort((one, other) => other[1] - one[1]);
    return {
      total: sorted.reduce((sum, [, size]) => sum + size, 0),
      most: sorted.slice(0, SHOWN).map(([name, size]) => `${size} ${name}`),
    };
  } finally {
    session.disconnect();
  }
}

function bytesByFunction(node: ProfileNode, bytes: Map<string, number>): ReadonlyMap<string, number> {
  const { functionName, url } = node.callFrame;
  const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}`;
  bytes.set(name, (bytes.get(name) ?? 0) + node.selfSize);
  for (const child of node.children) bytesByFunction(child, bytes);
  return bytes;
}
