import { createRequire } from 'node:module';
import type { z } from 'zod';

const require = createRequire(import.meta.url);

/**
 * What is made at its first use and kept: a schema, a library.
 *
 * @returns makes it, or gives what it made
 */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}

/**
 * The library that holds data to a schema. Loading it takes as long as starting Node, and most commands meet no file that
 * needs it: hence on demand. By `require`, as readers of files are synchronous.
 */
export const zod: () => typeof z = onDemand(() => require('zod').z);

/** The reader of YAML, likewise. */
export const yaml: () => typeof import('yaml') = onDemand(() => require('yaml'));

/** Writes files whole or not at all; it listens for the end of the process from when it is loaded. */
export const writeFileAtomic: () => typeof import('write-file-atomic') = onDemand(() =>
  require('write-file-atomic'),
);
