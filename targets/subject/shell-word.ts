/**
 * A word of a command that can be pasted into a shell, also when parts of it cannot be seen.
 *
 *     a b          'a b'
 *     a<line>b     $'a\nb'     as bash, zsh and POSIX of 2024 read it
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const bytes = (character: string) =>
    Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return `$'${text.replace(/[\\']/g, '\\$&').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, bytes)}'`;
}
