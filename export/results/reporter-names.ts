/** What `--reporter` may name; `--help` must not load the reporters. A test holds it against the table. */
export const REPORTER_NAMES = ['junit', 'github', 'sarif', 'ktap', 'tap', 'jsonl'] as const;
