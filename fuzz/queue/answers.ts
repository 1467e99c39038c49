import { InputError } from '../../targets/subject/input-error.ts';
import type { Message } from './job-queue.ts';
import { digestOfText } from './plain-text.ts';

/** Answers that are remembered for a second one to be compared with; and those that came before anybody asked. */
const REMEMBERED = 4096;
const EARLY = 256;

/**
 * The answers that came. A job may be run twice: its machine was cut off and came back, or a queue was emptied. As a job
 * decides its answer, both are the same, or something is wrong with one of the machines.
 */
export class Answers {
  /** By job: what came first, and from whom. */
  readonly #first = new Map<string, { readonly digest: string; readonly machine: string }>();
  /** A coordinator that was killed has asked for these, and may ask again. */
  readonly #early = new Map<string, Message>();

  /** @param isAwaited whether somebody waits for it @returns the error, if another machine has said something else */
  add(message: Message, text: string, isAwaited: boolean): InputError | undefined {
    const { job, machine } = message;
    const digest = digestOfText(text);
    const first = this.#first.get(job);
    if (!first) {
      remember(this.#first, job, { digest, machine }, REMEMBERED);
      if (!isAwaited) remember(this.#early, job, message, EARLY);
      return undefined;
    }
    if (first.digest === digest) return undefined;
    return new InputError(
      `job ${job}`,
      `was answered differently by ${first.machine} and ${machine}: one of them computes wrongly. What it has answered before may be in the state: begin anew, without it`,
    );
  }

  /** An answer that came before its job was offered; it is handed out once. */
  early(job: string): Message | undefined {
    const message = this.#early.get(job);
    this.#early.delete(job);
    return message;
  }
}

/**
 * A map that forgets its oldest entries: a campaign has millions of jobs, and a second answer comes within minutes or not
 * at all.
 */
function remember<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.set(key, value);
  for (const old of map.keys()) {
    if (map.size <= most) return;
    map.delete(old);
  }
}
