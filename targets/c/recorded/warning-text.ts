/** A warning's text as models have it: without the prefix, the full stop and the newline that printk wants. */
export function warningText(text: string): string {
  return text.replace(/^refcount_t: /, '').replace(/\.?\n?$/, '');
}
