#!/usr/bin/env node
import { Worker } from 'node:worker_threads';
import colors from 'picocolors';
import { plainStyle } from '../export/show/style.ts';
import { runCommandLine } from './command-line.ts';
import { unwrittenCode } from './io/git-exit.ts';
import { EXIT, type Streams } from './io/io.ts';
import { Output } from './io/output.ts';
import { ownStyle } from './io/visible.ts';

/** Results may go to a file while errors go to the terminal: colours follow the results. */
const coloured = colors.isColorSupported && process.stdout.isTTY;
const results = new Output(1);
const notes = new Output(2);
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Milliseconds after which a command that was interrupted is ended, so that it is over within two seconds whatever it does. */
const PATIENCE = 1_800;

const io: Streams = {
  out: (text) => results.write(text),
  err: (text) => notes.write(text),
  isTerminal: process.stdout.isTTY === true,
  style: coloured ? ownStyle : plainStyle,
  onInterrupt: (handler, waitsFor) => {
    const release = () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    };
    let isAsked = false;
    // The first signal lets a command store what it has. Whoever sends a second one does not want to wait: soon nobody
    // listens to it, so that it ends the process on the spot, also while this thread is busy. Two may have come while it was.
    const hear = (signal: NodeJS.Signals) => {
      if (isAsked) {
        release();
        process.kill(process.pid, signal);
        return;
      }
      isAsked = true;
      endSoon(signal);
      io.err(`interrupted: waits for ${waitsFor}; a second signal ends it at once\n`);
      setImmediate(() => {
        release();
        handler();
      });
    };
    for (const signal of SIGNALS) process.on(signal, hear);
    return release;
  },
};

// The live status of a terminal is written by others, and a terminal may go away.
if (io.isTerminal) process.stdout.on('error', () => {});

const argv = process.argv.slice(2);
// Not `process.exit`: what is still ending may end.
process.exitCode = await runCommandLine(argv, io);
if (process.exitCode === EXIT.INTERRUPTED) await Promise.race([bothDrained(), shortly()]);
else await bothDrained();
if (results.failure !== undefined) {
  io.err(`refuzz: results could not be written (${results.failure})\n`);
  process.exitCode = unwrittenCode(argv, process.exitCode);
}

/** On a thread of its own, as this one may be busy. */
function endSoon(signal: NodeJS.Signals): void {
  const wait = `setTimeout(() => process.kill(process.pid, '${signal}'), ${PATIENCE})`;
  new Worker(wait, { eval: true }).unref();
}

async function bothDrained(): Promise<void> {
  await Promise.all([results.drained(), notes.drained()]);
}

/** Whoever has interrupted a command does not wait for a reader who does not read. */
function shortly(): Promise<never> {
  return new Promise(() => {
    setTimeout(() => process.exit(EXIT.INTERRUPTED), 300).unref();
  });
}
