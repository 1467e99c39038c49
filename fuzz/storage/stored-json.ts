/**
 * Text that a program which was killed, or a person, may have left in any state.
 *
 * @returns undefined for what is not JSON
 */
export function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
