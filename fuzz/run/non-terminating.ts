/** Accesses that an op may make on a word that nobody else touches before it is suspected of going round for ever. */
export const MOST_ACCESSES = 500;

/**
 * An op, or a whole run, that does not come to its end: what it would lead to cannot be judged. Not a bug of ours and
 * not wrong input either: whoever runs programs catches it and counts the program as undecided.
 */
export class NonTerminatingOp extends Error {
  /**
   * @param what the op and where it started, as the message names them
   * @param isProved the op came back to a place where it had been, so that it never returns; otherwise it has only made
   *   too many accesses
   */
  constructor(what: string, isProved = false) {
    super(isProved ? `${what} never returns` : `${what} does not return in ${2 * MOST_ACCESSES} accesses`);
  }
}

/** @returns what `act` returns, or undefined when it met an op that does not return */
export function returns<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof NonTerminatingOp) return undefined;
    throw error;
  }
}
