import { InputError } from '../../subject/input-error.ts';
import { isHostName } from '../recorded/host-names.ts';
import { positionOf, withoutComments } from '../recorded/source-place.ts';

/**
 * Refuses a source that defines what is refuzz's own: a function, a macro, a variable, or a name given in assembler. Calls
 * and declarations are its right.
 *
 * @param path as the user knows it
 * @throws InputError with line and column
 */
export function refuseHostNames(path: string, text: string): void {
  const code = withoutComments(text);
  for (const pattern of DEFINITIONS) {
    for (const match of code.matchAll(pattern)) {
      const name = match.groups!.name!;
      if (!isHostName(name)) continue;
      const at = match.index + match[0].indexOf(name);
      throw new InputError(path, `"${name}" is refuzz's own; give yours another name`, positionOf(text, at));
    }
  }
}

const DEFINITIONS: readonly RegExp[] = [
  /^[ \t]*#[ \t]*(?:define|undef)[ \t]+(?<name>\w+)/gm,
  // A head of one pair of brackets, or two within; attributes; and then its body.
  /\b(?<name>(?:refuzz|__)\w*)[ \t]*\((?:[^(){};]|\([^(){};]*\))*\)(?:\s*__attribute__\s*\(\([^{};]*\)\))*\s*\{/g,
  // A variable with its type before it, which a call has not.
  /^(?![^;\n]*\bextern\b)[ \t]*(?:\w+[ \t]+)+\**[ \t]*(?<name>__\w+)[ \t]*(?:=|;|\[)/gm,
  /\b(?:asm|__asm|__asm__)\s*\(\s*"(?<name>\w+)"\s*\)/g,
];
