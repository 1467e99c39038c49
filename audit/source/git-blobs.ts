import { Readable } from 'node:stream';
import { startGit } from '../../targets/c/build/run-git.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { AUDITED } from './source-bytes.ts';

/** What git has under a name. */
export type BlobContent = Uint8Array | 'missing' | 'too large';

/**
 * The contents of blobs, in the order of their names. One git answers for all: starting one for each of 60 000 files would
 * take minutes. It is asked ahead of what is taken, and waits when nobody takes.
 *
 *     asked       3b18e512dba7…
 *     answered    3b18e512dba7… blob 12⏎hello world⏎⏎        or    3b18e512dba7… missing⏎
 *
 * @throws InputError when git ends before it has answered
 */
export async function* readBlobs(
  folder: string,
  ids: readonly string[],
): AsyncGenerator<BlobContent, undefined> {
  if (ids.length === 0) return;
  const git = startGit(folder, ['cat-file', '--batch', '--buffer']);
  git.on('error', () => {});
  git.stdin!.on('error', () => {});
  // Of one string each: a stream of names, which waits where the pipe is full.
  Readable.from(ids.map((id) => `${id}\n`)).pipe(git.stdin!);
  const answers = new Answers(git.stdout!);
  try {
    for (const _id of ids) {
      const [, kind, size] = (await answers.line(folder)).split(' ');
      if (kind !== 'blob') yield 'missing';
      else {
        const content = await answers.bytes(folder, Number(size));
        await answers.bytes(folder, 1);
        yield content;
      }
    }
  } finally {
    git.kill();
  }
}

/**
 * A stream of bytes, read by lines and by lengths.
 *
 * A chunk of the pipe ends anywhere: in the middle of a line, of a content, or of a letter. So bytes are kept, not text.
 */
class Answers {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Up to the next line feed, which is taken as well. */
  async line(folder: string): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      this.#rest = Buffer.concat([this.#rest, await this.#next(folder)]);
    }
  }

  /** So many bytes; of more than a file may have nothing is kept. */
  async bytes(folder: string, length: number): Promise<Uint8Array | 'too large'> {
    const isKept = length <= AUDITED.most;
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#next(folder);
      const part = this.#rest.subarray(0, left);
      if (isKept) parts.push(part);
      left -= part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return isKept ? Buffer.concat(parts) : 'too large';
  }

  /** The next bytes of the stream. Git ends early where its store is damaged, or when it is killed. */
  async #next(folder: string): Promise<Buffer> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new InputError(folder, 'git ended before it had given all files; try "git fsck" there');
    return value;
  }
}
