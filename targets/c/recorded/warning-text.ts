/** What a warning that says nothing is called: it is one all the same. */
const NO_TEXT = '(no text)';

/**
 * A warning's text as models have it: without the prefix, the full stop and the newline that printk wants. `refcount_t:
 * underflow; use-after-free.\n` becomes `underflow; use-after-free`.
 */
export function warningText(text: string): string {
  return text.replace(/^refcount_t: /, '').replace(/\.?\n?$/, '') || NO_TEXT;
}
