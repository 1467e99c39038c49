import { numberSet } from './evidence.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/**
 * Counters that are set, and then only go down. Those that free what they lie in are references, and come before; what
 * wakes somebody at 0 is a completion, and comes before as well. What is left differs in who asks for 0:
 *
 *     if (dec_and_test(x)) all_done();             the one who takes the last step: may convert
 *     while (read(x) > 0) udelay(1);               somebody else: each step may be to 0 without a question
 *     if (!dec_and_test(x)) return;   from 1       everybody, and only the first one goes on
 */
export const COUNTDOWN_RULES: readonly Rule[] = [
  //     if (!atomic_dec_and_test(&stop_allowed))
  //             return;
  //
  // The second one to come takes it to -1, and nobody minds; refcount_t does.
  {
    name: 'taken-once',
    protocol: 'once',
    verdict: 'no',
    when: (e) => {
      const isOne = e.starts.positive.every((site) => numberSet(site) === 1) && e.counter.struct === '';
      if (e.ups.length + e.starts.later.length + e.starts.named.length > 0 || !isOne) return undefined;
      return all(
        shown('it starts at 1', e.starts.positive),
        shown('the first to take it goes on', e.zeroEndings),
      );
    },
    remedy:
      'Use a bit and test_and_set_bit: whoever comes second takes it below 0, which refcount_t warns of.',
    confidence: 'high',
    example: 'allow_proceed',
  },
  //     while (atomic_read(&cpus_to_answer) > 0)
  //             udelay(1);
  {
    name: 'countdown-polled',
    protocol: 'countdown that is looked at',
    verdict: 'no',
    when: (e) => {
      if (e.ups.length > 0) return undefined;
      return withMore(
        all(
          shown('it goes down, and does not ask whether it is at 0', e.blindPuts),
          shown('somebody looks whether it is', [...e.zeroReads, ...e.zeroWaits]),
        ),
        shown('it is set', e.of('set')),
      );
    },
    remedy: 'Leave it: it is let down to 0 without a question, which is what refcount_t warns of.',
    confidence: 'high',
    example: 'processors that still have to answer',
  },
  // Set to what there is to be done, and the last one to be done does something. `set(n)` with n = 0 would be a start at 0.
  {
    name: 'countdown-ends',
    protocol: 'countdown',
    verdict: 'with-care',
    when: (e) => {
      if (e.ups.length > 0) return undefined;
      return withMore(
        all(shown('something is done at 0', e.zeroEndings), shown('it is set', e.of('set'))),
        shown('a step does not ask', e.blindPuts),
      );
    },
    remedy: 'It converts if it is set to 1 or more each time, and if no step is taken at 0.',
    confidence: 'medium',
    example: 'threads that have to start',
  },
];
