import { FILE, readText } from '../../targets/subject/read-file.ts';

/**
 * The options with the address of their queue read from its file, if `@FILE` is what the user wrote: everybody on a machine
 * sees the arguments of its processes, and an address may hold a password.
 *
 * @throws InputError for a file that cannot be read
 */
export function withAddress<Options extends { readonly queue?: string | undefined }>(
  options: Options,
): Options {
  const { queue } = options;
  return queue?.startsWith('@')
    ? { ...options, queue: readText(queue.slice(1), FILE.target).trim() }
    : options;
}
