import { atomic } from '../counters/atomic.ts';
import { canary } from '../counters/canary.ts';
import { pax } from '../counters/pax.ts';
import { rcuref } from '../counters/rcuref.ts';
import { refcountV411 } from '../counters/refcount-v4.11.ts';
import { refcountV55 } from '../counters/refcount-v5.5.ts';
import { refcountX86 } from '../counters/refcount-x86.ts';
import {
  inetPeer,
  inetPeerBiased,
  inetPeerFaults,
  inetPeerNaive,
  inetPeerNaiveGc,
  inetPeerNow,
} from '../schemes/inet-peer.ts';
import { ipVsDest, ipVsDestFaults, ipVsDestNaive, ipVsDestNow } from '../schemes/ip-vs-dest.ts';
import { lockref } from '../schemes/lockref.ts';
import type { Subject } from '../subject/subject.ts';

/**
 * Every built-in subject. A new one is a line here. Names must differ, as the first of a name is the one that is found.
 */
export const SUBJECTS: readonly Subject[] = [
  atomic,
  refcountV55,
  refcountV411,
  refcountX86,
  rcuref,
  pax,
  canary,
  inetPeer,
  inetPeerNaive,
  inetPeerNaiveGc,
  inetPeerBiased,
  inetPeerNow,
  ...inetPeerFaults,
  ipVsDest,
  ipVsDestNaive,
  ipVsDestNow,
  ...ipVsDestFaults,
  lockref,
];

/** The built-in subject of that name, if there is one. */
export function findSubject(name: string): Subject | undefined {
  return SUBJECTS.find((subject) => subject.name === name);
}
