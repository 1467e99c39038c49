/**
 * What is left of a program without its comments and with its strings made empty, as a compiler would read it. Two
 * exports that differ in nothing but the texts of a case must leave the same.
 *
 * @throws Error where a string or a comment does not end, and at what compilers see before they see either
 */
export function codeOf(text: string, language: 'c' | 'js' | 'litmus'): string {
  if (language !== 'js') {
    // The first two phases of translation: trigraphs, and lines that are continued.
    if (/\?\?[=/'()!<>-]/.test(text)) throw new Error('a trigraph');
    if (/\\\r?\n/.test(text)) throw new Error('a line goes on behind its end');
  }
  // Readers, and some compilers, see more than a line where these are.
  if (/[^\x20-\x7e\n\t]/.test(text)) throw new Error('a character that is not printable ASCII');
  let code = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const length = commentLength(rest, language) || stringLength(rest, language);
    if (length > 0) {
      code += /^["'`]/.test(rest) ? rest[0]! + rest[0]! : ' ';
      at += length;
    } else code += text[at++];
  }
  return code;
}

function commentLength(rest: string, language: string): number {
  if (rest.startsWith('//')) return rest.search(/\n|$/);
  const close = rest.startsWith('/*') ? '*/' : language === 'litmus' && rest.startsWith('(*\n') ? '*)' : '';
  if (close === '') return 0;
  const end = rest.indexOf(close, 2);
  if (end < 0) throw new Error('a comment does not end');
  const body = rest.slice(2, end);
  if (body.includes('/*') || (language === 'litmus' && body.includes('(*')))
    throw new Error('a comment begins in a comment');
  return end + close.length;
}

function stringLength(rest: string, language: string): number {
  const quote = rest[0]!;
  if (!(language === 'js' ? ['"', "'", '`'] : language === 'c' ? ['"', "'"] : []).includes(quote)) return 0;
  for (let at = 1; at < rest.length; at++) {
    if (rest[at] === '\\') at++;
    else if (rest[at] === quote) return at + 1;
    else if (rest[at] === '\n' && quote !== '`') break;
  }
  throw new Error(`a string does not end: ${rest.slice(0, 40)}`);
}
