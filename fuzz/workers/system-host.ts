import type { Host } from './host.ts';

/** A timer can wait no longer, in milliseconds: 24 days. After that it is set again. */
const LONGEST = 2 ** 31 - 1;

/** This process, with its real clock. */
export const systemHost: Host = {
  now: () => performance.now(),
  date: () => new Date().toISOString(),
  memory: () => process.memoryUsage.rss(),
  after(milliseconds, act) {
    const due = performance.now() + milliseconds;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = due - performance.now();
      timer = setTimeout(left > LONGEST ? wait : act, Math.min(Math.max(0, left), LONGEST));
    };
    wait();
    return () => clearTimeout(timer);
  },
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds);
    return () => clearInterval(timer);
  },
};
