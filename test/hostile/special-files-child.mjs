import { pathToFileURL } from 'node:url';

/*
 * Runs one command line after another in this process, and answers each with the exit code, what was said, the most
 * memory so far and the milliseconds that it took, a line of JSON. A process of its own, as a command that hangs cannot be stopped from inside.
 *
 *     node special-files-child.mjs dist/cli/command-line.js '["show","x"]' …
 */

const [module, ...lines] = process.argv.slice(2);
const { runCommandLine } = await import(pathToFileURL(module).href);
const plain = (text) => text;
const style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };
process.stdout.write('"ready"\n');
for (const line of lines) {
  let said = '';
  const hear = (text) => {
    said += text;
  };
  const io = { out: hear, err: hear, isTerminal: false, style, onInterrupt: () => () => {} };
  const started = performance.now();
  const code = await runCommandLine(JSON.parse(line), io);
  const milliseconds = Math.round(performance.now() - started);
  const { maxRSS } = process.resourceUsage();
  process.stdout.write(
    `${JSON.stringify({ code, said: said.slice(0, 300), megabytes: maxRSS >> 10, milliseconds })}\n`,
  );
}
process.exit(0);
