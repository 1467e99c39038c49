import type { Io } from './io.ts';
import { visible } from './visible.ts';

/** A status that is written over in place; nothing where nobody watches. */
export interface Screen {
  /** A function, since the text is only made where somebody sees it. */
  update(text: () => string): void;
  /** Takes the status away, so that lines can be printed. `update` brings it back. */
  done(): void;
}

/** The screen of a terminal. Elsewhere it shows nothing, and its texts are not even made. */
export async function liveScreen(io: Io): Promise<Screen> {
  if (!io.isTerminal) return { update() {}, done() {} };
  const { default: logUpdate } = await import('log-update');
  return { update: (text) => logUpdate(visible(text())), done: () => logUpdate.clear() };
}
