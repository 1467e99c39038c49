import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `500ms`, `60s`, `10m`, `2h`, `3d`.
 *
 * @throws InvalidArgumentError for a number without a unit: seconds and milliseconds are too easily mistaken
 * @returns milliseconds
 */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new InvalidArgumentError('write a number and a unit: 500ms, 60s, 10m, 2h or 3d.');
  return Number(match[1]) * UNITS[match[2]!]!;
}

/**
 * A whole number within bounds, in decimal or hexadecimal.
 *
 * @throws InvalidArgumentError, which commander turns into wrong usage
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^(0x[0-9a-fA-F]+|\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`write a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Collects a repeatable option. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** The name of a file; an empty one is a mistake. */
export function fileName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('write the name of a file.');
  return text;
}
