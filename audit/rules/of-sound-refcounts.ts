import { everPositive, numberSet } from './evidence.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/** A refcount_t or kref that no rule on misuse holds for. The last one takes whatever has a site. */
export const SOUND_RULES: readonly Rule[] = [
  // sub_and_test and add are of refcount_t as well; that no amount is negative cannot be seen.
  {
    name: 'weighted',
    protocol: 'references of several at a time',
    verdict: 'weighted',
    when: (e) => all(shown('it moves by more than one', [...e.sums, ...e.either])),
    remedy: 'See that no amount is negative or 0.',
    confidence: 'high',
    example: 'sock.sk_wmem_alloc',
  },
  // It rests at 0, and is set to more: sound if no plain get meets 0. That was asked above, as far as lines tell.
  {
    name: 'idle-refcount',
    protocol: 'idle at 0, woken by set',
    verdict: 'sound',
    when: (e) => {
      const zero = [...e.starts.zero, ...e.starts.later.filter((site) => numberSet(site) === 0)];
      return withMore(
        all(shown('it is set to 0', zero), shown('and to more', everPositive(e))),
        shown('gets that refuse at 0', e.guarded),
        shown('0 is told apart', e.zeroReads),
      );
    },
    remedy: 'See that each plain get stands behind a test for 0.',
    confidence: 'medium',
    example: 'vc4_bo.usecnt',
  },
  // Nothing speaks against it.
  {
    name: 'refcount',
    protocol: 'reference count',
    verdict: 'sound',
    when: (e) =>
      withMore(
        all(
          shown('it is used as a reference count', [
            ...e.endings.map(({ site }) => site),
            ...e.sites.slice(0, 3),
          ]),
        ),
        shown('it starts at', e.starts.positive),
      ),
    remedy: 'Nothing is to be done.',
    confidence: 'high',
    example: 'task_struct.usage',
  },
];
