/** Thousands apart: 3 697 928. Blanks mean the same everywhere; commas and points do not. */
export function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
