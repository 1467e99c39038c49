/**
 * Parts of a file of the kernel's, by name: no copy of them is kept here. In the order of the names; `struct x` and
 * `enum x`, `x()` for a function, `x` for a variable of the file, and `#x` for the macros whose names begin so.
 *
 * @throws Error for one that is not there
 */
export function partsOf(text: string, names: readonly string[]): string {
  return names.map((name) => part(text, name)).join('\n');
}

function part(text: string, name: string): string {
  const found = text.match(patternOf(name));
  if (!found) throw new Error(`there is no ${name} in it`);
  return `${found.join('\n')}\n`;
}

function patternOf(name: string): RegExp {
  if (/^(?:struct|enum) /.test(name)) return new RegExp(`^${name} \\{\\n[^]*?^\\}.*;$`, 'm');
  if (name.startsWith('#'))
    return new RegExp(`^#define ${name.slice(1)}\\w*(?:[^\\n]*\\\\\\n)*[^\\n]*$`, 'gm');
  // A head from the first column to the body; of a declaration it would meet the semicolon.
  if (name.endsWith('()'))
    return new RegExp(`^[a-z][^;={}()#]*\\b${name.slice(0, -2)}\\([^;{}]*\\{\\n[^]*?^\\}$`, 'm');
  return new RegExp(`^(?:static|struct) [^(;\\n]*(?:\\b${name}\\b|\\(${name}\\))[^;\\n]*;$`, 'm');
}
