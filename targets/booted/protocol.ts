/**
 * What host and guest say to each other through a file that both have mapped. The host writes a request, then its number;
 * the guest, which looks at that number all the time, writes an answer, then the same number there. Everything is
 * little-endian 32-bit words.
 *
 *     byte 0        words of the header (`Word`)
 *     256, 384      release, failure
 *     1024          24 texts of 128 bytes
 *     4096          request, up to
 *     16 MiB        answer, up to
 *     32 MiB        the end
 *
 * This is the only place that knows the layout: the guest's header is made from it (`protocolHeader`).
 */
export const PROTOCOL_VERSION = 1;
/** "rufz" in little-endian: the guest has mapped the right device. Not 0, which is what a fresh file holds. */
export const MAGIC = 0x7a667572;

/** Bytes of the file, a power of two as a PCI device wants it. The answer begins in the middle. */
export const MAILBOX_BYTES = 32 << 20;
/** Byte offset of a request; the header lies before it. */
export const REQUEST_AT = 4096;
/** Byte offset of an answer. */
export const ANSWER_AT = MAILBOX_BYTES / 2;
/** So many bytes may a request have. */
export const REQUEST_BYTES = ANSWER_AT - REQUEST_AT;
/** Most bytes of an answer. */
export const ANSWER_BYTES = MAILBOX_BYTES - ANSWER_AT;

/** Words of the header, by their index. */
export const Word = {
  MAGIC: 0,
  VERSION: 1,
  /** Number of the last request, and of the last answer. */
  REQUEST: 2,
  ANSWER: 3,
  COMMAND: 4,
  /** Of an answer: a `Status`. */
  STATUS: 5,
  /** A `State`. */
  STATE: 6,
  CPUS: 7,
  /** Grows while the guest makes progress: the program of a batch, or the cells of all batches of a race so far. */
  PROGRESS: 8,
  /** Nanoseconds that the last request took in the guest, low word first. */
  ELAPSED_LOW: 9,
  ELAPSED_HIGH: 10,
  /** How many texts of warnings are known. */
  TEXTS: 11,
  /** Of a request and of its answer; see `SEQUENTIAL` and `RACE`. */
  ARGUMENTS: 16,
} as const;

/** Byte offsets in the header: texts that end with a 0. */
export const RELEASE_AT = 256;
/** Why the guest could not start, where its state is FAILED. */
export const FAILURE_AT = 384;
/** Texts of warnings, TEXT_BYTES each, in the order in which the guest met them first. */
export const TEXTS_AT = 1024;
/** Bytes of one text, its final 0 included; longer ones are cut. */
export const TEXT_BYTES = 128;
/** Most different texts: what the header has room for, (REQUEST_AT - TEXTS_AT) / TEXT_BYTES. */
export const MOST_TEXTS = 24;

/** The word STATE. ABSENT until the module runs: shared memory begins as zeros. */
export const State = { ABSENT: 0, READY: 1, FAILED: 2 } as const;
/** The word STATUS. MALFORMED and NO_MEMORY mean that nothing ran; TOO_MANY_OUTCOMES that a count is incomplete. */
export const Status = { OK: 0, MALFORMED: 1, NO_MEMORY: 2, TOO_MANY_OUTCOMES: 3 } as const;
/** The word COMMAND. */
export const Command = { SEQUENTIAL: 1, RACE: 2 } as const;

/** A call is an op with its arguments: number, a, b. */
export const WORDS_PER_CALL = 3;
/**
 * The code of an op that warned more than once, or of a text that there is no more room for. Any other code is the number
 * of a text, counted from 1; 0 is no warning.
 */
export const WARNED_TWICE = 255;

/**
 * Command 1: programs of one thread. Arguments: how many calls, programs, and ops of all programs together.
 *
 * Request: the calls; the start of each program; how many ops each has; the calls of all ops, as 16-bit numbers.
 * Answer: what each op returned; the word after each; the code of its warning, as bytes.
 *
 *     0: inc, read      request   calls [4 0 0] [0 0 0]   start 0   length 2   ops 0 1
 *     (refcount_t)      answer    returned 0 0xC0000000   word 0xC0000000 0xC0000000   codes 2 0
 */
export const SEQUENTIAL = { calls: 0, programs: 1, ops: 2 } as const;
/** Most calls of a batch: they are 16-bit numbers. */
export const MOST_CALLS = 1 << 16;
/** 9 MiB of an answer, at 9 bytes for an op. */
export const MOST_OPS_OF_BATCH = 1 << 20;

/**
 * Command 2: one program on several threads, again and again. Arguments: where it starts, threads, cells of a batch,
 * batches, seed, ops of each thread (four words); behind these the answer has how many outcomes each thread counted.
 *
 * Request: the calls of all ops, thread by thread. Answer: for each thread a part of equal size, which holds rows of an
 * outcome and how often it came: for each op what it returned and the code of its warning; the word at the end; the
 * count. Of `0: inc | read`, a thread that counted 56 cells in which the read came into the window:
 * 0 2 1 0 0xC0000000 56.
 */
export const RACE = { start: 0, threads: 1, cells: 2, batches: 3, seed: 4, ops: 5, outcomes: 9 } as const;
/** Most threads of a race. */
export const MOST_RACERS = 4;
/** Most ops of one thread of a race; as many as a thread of a program may have (MAX_OPS). */
export const MOST_RACER_OPS = 12;
/** Most counters that the threads of a race go through in one batch. */
export const MOST_CELLS = 8192;

/** The same for C: a line `#define RFZ_WORD_REQUEST 2u` for each constant. */
export function protocolHeader(): string {
  const constants: Record<string, number> = {
    PROTOCOL_VERSION,
    MAGIC,
    MAILBOX_BYTES,
    REQUEST_AT,
    ANSWER_AT,
    REQUEST_BYTES,
    ANSWER_BYTES,
    RELEASE_AT,
    FAILURE_AT,
    TEXTS_AT,
    TEXT_BYTES,
    MOST_TEXTS,
    WORDS_PER_CALL,
    WARNED_TWICE,
    MOST_CALLS,
    MOST_OPS_OF_BATCH,
    MOST_RACERS,
    MOST_RACER_OPS,
    MOST_CELLS,
    ...prefixed('WORD', Word),
    ...prefixed('STATE', State),
    ...prefixed('STATUS', Status),
    ...prefixed('COMMAND', Command),
    ...prefixed('SEQUENTIAL', SEQUENTIAL),
    ...prefixed('RACE', RACE),
  };
  const lines = Object.entries(constants).map(([name, value]) => `#define RFZ_${name} ${value}u`);
  return `/* Made from protocol.ts. */\n${lines.join('\n')}\n`;
}

function prefixed(prefix: string, names: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(names).map(([name, value]) => [`${prefix}_${name.toUpperCase()}`, value]),
  );
}
