/**
 * What a guest writes to its console, within bounds: a guest that floods it must fill neither disk nor memory. The
 * beginning is kept, and the end.
 */
export class ConsoleLog {
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  /** Up to 2 * TAIL_BYTES, so that bytes are copied once in a while and not at every chunk. */
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** Bytes between the two that are gone. */
  #dropped = 0;

  /** How much there was altogether. It grows even when nothing more is kept, so it tells whether a guest is silent. */
  bytes = 0;

  add(bytes: Buffer): void {
    this.bytes += bytes.length;
    const toHead = bytes.subarray(0, Math.max(0, HEAD_BYTES - this.#headBytes));
    if (toHead.length > 0) this.#head.push(toHead);
    this.#headBytes += toHead.length;
    const rest = bytes.subarray(toHead.length);
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    if (this.#tailBytes > 2 * TAIL_BYTES) this.#shorten();
  }

  get text(): string {
    if (this.#tailBytes > TAIL_BYTES) this.#shorten();
    const gap = this.#dropped > 0 ? `\n[… ${this.#dropped} bytes left out …]\n` : '';
    return `${plain(this.#head)}${gap}${plain(this.#tail)}`;
  }

  /** The last lines, blank ones at the end left out. */
  tail(lines: number): string[] {
    return this.text.trimEnd().split('\n').slice(-lines);
  }

  #shorten(): void {
    const all = Buffer.concat(this.#tail);
    const from = Math.max(0, all.length - TAIL_BYTES);
    this.#dropped += from;
    this.#tail = [Buffer.from(all.subarray(from))];
    this.#tailBytes = all.length - from;
  }
}

/** The beginning says which kernel it was and how it came up; the end, why it died. */
const HEAD_BYTES = 64 << 10;
const TAIL_BYTES = 64 << 10;

function plain(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('utf8').replaceAll('\r', '');
}
