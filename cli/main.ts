#!/usr/bin/env node
import { writeSync } from 'node:fs';
import colors from 'picocolors';
import { runCommandLine } from './command-line.ts';
import { EXIT, type Io } from './io.ts';

const identity = (text: string) => text;
const coloured = colors.isColorSupported && process.stdout.isTTY;
const interrupts: (() => void)[] = [];

const io: Io = {
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  isTerminal: process.stdout.isTTY === true,
  style: coloured
    ? { bold: colors.bold, dim: colors.dim, red: colors.red, green: colors.green, yellow: colors.yellow }
    : { bold: identity, dim: identity, red: identity, green: identity, yellow: identity },
  onInterrupt: (handler) => interrupts.push(handler),
};

process.on('SIGINT', () => {
  if (interrupts.length === 0) process.exit(EXIT.INTERRUPTED);
  for (const handler of interrupts.splice(0)) handler();
});

process.exitCode = await runCommandLine(process.argv.slice(2), io);

/** Synchronous, so that nothing is lost at exit; a reader that has gone away (`| head`) is not an error. */
function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(EXIT.OK);
      if (code !== 'EAGAIN') throw error;
    }
  }
}
