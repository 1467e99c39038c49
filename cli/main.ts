#!/usr/bin/env node
import { writeSync } from 'node:fs';
import colors from 'picocolors';
import { plainStyle } from '../export/show/style.ts';
import { runCommandLine } from './command-line.ts';
import { EXIT, type Streams } from './io/io.ts';
import { ownStyle } from './io/visible.ts';

/** Results may go to a file while errors go to the terminal: colours follow the results. */
const coloured = colors.isColorSupported && process.stdout.isTTY;
/** Descriptors that nobody reads any more. */
const deaf = new Set<number>();

const io: Streams = {
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  isTerminal: process.stdout.isTTY === true,
  style: coloured ? ownStyle : plainStyle,
  onInterrupt: (handler) => {
    let isAsked = false;
    // The first signal lets a command store what it has; whoever sends a second one does not want to wait.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(EXIT.INTERRUPTED);
        isAsked = true;
        handler();
      });
    }
  },
};

// Not `process.exit`: what is still ending may end.
process.exitCode = await runCommandLine(process.argv.slice(2), io);

/**
 * Synchronous, so that nothing is lost at exit. When the reader has gone away (`| head`) the work continues unheard:
 * the exit code still tells how it ended.
 *
 *     EPIPE     nobody reads any more: later texts for this descriptor are dropped
 *     EAGAIN    a pipe that is full and does not block: try again in 5 ms
 */
function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length && !deaf.has(descriptor); ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') deaf.add(descriptor);
      else if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else throw error;
    }
  }
}
