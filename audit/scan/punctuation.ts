/**
 * Character codes of the punctuation that readers of tokens ask for. Tokens have the code as their kind, so that a loop over
 * millions of them compares numbers.
 */
/** `&` */
export const AND = 38;
/** `(` */
export const OPEN = 40;
/** `)` */
export const CLOSE = 41;
/** `*` */
export const STAR = 42;
/** `,` */
export const COMMA = 44;
/** `.` */
export const DOT = 46;
/** `:` */
export const COLON = 58;
/** `;` */
export const SEMICOLON = 59;
/** `=` */
export const EQUALS = 61;
/** `[` */
export const OPEN_SQUARE = 91;
/** `]` */
export const CLOSE_SQUARE = 93;
/** `{` */
export const OPEN_BRACE = 123;
/** `}` */
export const CLOSE_BRACE = 125;
