/**
 * Runs exported programs one after another in one process, because starting Node two thousand times takes minutes.
 * Each is loaded twice: as it is, and with --reference. Prints a line for each: file, both exit codes and what was printed.
 */
const done = (before) =>
  new Promise((resolve) => {
    const look = () => (process.exitCode === before ? setTimeout(look, 1) : resolve());
    look();
  });

const print = console.log;
for (const file of process.argv.splice(2)) {
  const ended = [];
  for (const flag of [undefined, '--reference']) {
    const lines = [];
    console.log = (...args) => void lines.push(args.join(' '));
    console.error = console.log;
    process.exitCode = 99;
    process.argv = flag ? [process.argv[0], file, flag] : [process.argv[0], file];
    await import(`file://${file}?${flag ?? 'subject'}`);
    await done(99);
    ended.push(process.exitCode, lines.join('\n'));
  }
  print(JSON.stringify([file, ...ended]));
}
process.exitCode = 0;
