import type { Evidence } from './evidence.ts';
import { isTruth, stepOf, valueSet, wayOf } from './movement.ts';
import { absent, all, type Rule, shown, withMore } from './rule.ts';

/*
 * Nine of ten atomics of a kernel end here. They are asked first, as they are known by the ops alone: what is never
 * counted down has no puts, and what has no puts keeps nothing alive. The one trap is a reference count whose puts are
 * out of sight; it starts at 1, or is got by inc_not_zero, which no total does.
 */

/** Counters that count no references at all: bits, states, totals, numbers, amounts. */

/** An amount that packs two counts into one word, or sets one count far off the other. */
const SHIFTED = /<<|SHIFT|_HALF\b/;
const BIASED = /BIAS|INT_MIN|INT_MAX|OFFSET/;
/** From here on an amount is a bias and no weight: nobody hands out a thousand references at once. */
const BIAS = 1024;

function texts(evidence: Evidence, pattern: RegExp) {
  return evidence.sites.filter(({ amounts }) =>
    amounts.some((amount) => typeof amount === 'string' && pattern.test(amount)),
  );
}

function biases(evidence: Evidence) {
  const large = evidence.weights.filter((site) => Math.abs(Number(stepOf(site))) >= BIAS);
  return [...large, ...texts(evidence, BIASED).filter((site) => wayOf(site) !== 'jump')];
}

/** Names that only totals have. */
const TOTALS =
  /stat(s|istics?)?\b|_stats?_|stats?\.|dfx|err(or)?s?(_|$)|drop(s|ped)?(_|$)|violation|overrun|underrun|retr(y|ies)|_cnt$|counters?\./i;

/** Never down, and nothing that could hide a way down. */
function onlyUp(e: Evidence): boolean {
  return e.ups.length > 0 && e.downs.length + e.either.length + e.of('cmpxchg').length === 0;
}

/** Bits, and words that are never counted. */
export const FLAG_RULES: readonly Rule[] = [
  // `or` and `andnot` alone: a word of bits in atomic clothes. One `inc` beside them makes it the next rule.
  {
    name: 'flags',
    protocol: 'flags',
    verdict: 'no',
    when: (e) => {
      const bits = e.of('and', 'or', 'xor', 'andnot', 'bitop');
      const moves = e.ups.length + e.downs.length + e.either.length;
      return moves > 0 ? undefined : all(shown('bits are set and cleared, and nothing is counted', bits));
    },
    remedy: 'Leave it: refcount_t has no bit operations.',
    confidence: 'high',
    example: 'rq.nohz_flags',
  },
  // Flags in the upper bits, a count in the lower ones. Neither part can be read alone, and refcount_t would take a flag
  // for two thousand million references.
  {
    name: 'mixed-flags',
    protocol: 'flags beside a count',
    verdict: 'no',
    when: (e) =>
      all(
        shown('bits of it are set and cleared', e.of('and', 'or', 'xor', 'andnot', 'bitop')),
        shown('it is counted up and down as well', [...e.ups, ...e.downs]),
      ),
    remedy: 'Split it into a flags word and a refcount_t first.',
    confidence: 'high',
    example: 'io_waitid.refs',
  },
  //     atomic_add(1 << PAYLOAD_SHIFT, &h->users);
  //
  // A get of the one half is an enormous step of the other.
  {
    name: 'halves',
    protocol: 'two counts in one word',
    verdict: 'no',
    when: (e) => all(shown('amounts are shifted: two counts share the word', texts(e, SHIFTED))),
    remedy: 'Leave it, or give each half a counter of its own.',
    confidence: 'high',
    example: 'skb_shared_info.dataref',
  },
  // Values that are named and not counted: `set(IDLE)`, `cmpxchg(IDLE, BUSY)`. It looks like a token where the states are
  // 0 and 1; then, too, nothing is counted.
  {
    name: 'state',
    protocol: 'state',
    verdict: 'no',
    when: (e) => {
      // 1 is turned into 0 by one who finds it so: a flag.
      const moves = [...e.ups, ...e.downs, ...e.either].filter(({ op }) => op !== 'dec_if_one');
      if (moves.length > 0 || e.freeing.length + e.freeingSometimes.length > 0) return undefined;
      return all(
        shown(
          'it is set, read and exchanged, never counted',
          e.of('set', 'xchg', 'cmpxchg', 'dec_if_one', 'read'),
        ),
      );
    },
    remedy: 'Leave it; READ_ONCE and WRITE_ONCE may do where nothing is exchanged.',
    confidence: 'high',
    example: 'modem_state',
  },
];

/** Never down. */
export const TOTAL_RULES: readonly Rule[] = [
  //     if (atomic_inc_return(&warned) == 1)
  //             pr_warn("…");
  //
  // This would be a first user, if anything ever went down.
  {
    name: 'once-guard',
    protocol: 'once',
    verdict: 'no',
    when: (e) =>
      onlyUp(e) ? all(shown('the first to count it does something, once', e.firstUsers)) : undefined,
    remedy: 'Use test_and_set_bit or cmpxchg: it says whether something was done.',
    confidence: 'high',
    example: 'warned',
  },
  //     t->number = atomic_inc_return(&numbers);
  //
  // A `set(1)` later on would be somebody who starts anew, which numbers do not do.
  {
    name: 'sequence',
    protocol: 'sequence or id',
    verdict: 'no',
    when: (e) => {
      if (!onlyUp(e) || e.starts.later.some((site) => valueSet(site) === 1)) return undefined;
      const values = e.ups.filter(
        ({ op, use }) => !isTruth(op) && use.result !== 'void' && use.result !== 'asserted',
      );
      return all(shown('each new value is used as a number', values), absent('it never goes down'));
    },
    remedy: 'Leave it: an id may wrap, and refcount_t would saturate.',
    confidence: 'high',
    example: 'hdr_seq',
  },
  // Raised here and read there. Something that starts at 1 and is only ever raised is a reference count whose puts were not
  // seen, so that is left to the last rule.
  {
    name: 'statistics',
    protocol: 'statistics',
    verdict: 'no',
    when: (e) => {
      if (!onlyUp(e) || e.starts.positive.length > 0 || e.guarded.length > 0) return undefined;
      const readers = e.of('read', 'xchg');
      return withMore(
        all(
          shown('it is raised', e.ups),
          shown('and its value is read', readers),
          absent('it never goes down'),
        ),
        shown('and set', e.of('set')),
      );
    },
    remedy: 'Leave it: a total may wrap, and refcount_t would saturate.',
    confidence: 'high',
    doubts: (e) => (e.starts.positive.length > 0 ? ['it starts at 1, as references do'] : []),
    example: 'net_device_core_stats.rx_dropped',
  },
  // Whoever shows it is out of sight, behind a table of offsets or a copy of the whole structure: only the name is left to
  // tell a total from a reference count whose puts were not seen.
  {
    name: 'statistics-unread',
    protocol: 'statistics',
    verdict: 'no',
    when: (e) => {
      const isPlain = e.sites.every(({ op, use }) => op === 'set' || op === 'init' || use.result === 'void');
      if (!onlyUp(e) || !isPlain || e.starts.positive.length > 0 || e.guarded.length > 0) return undefined;
      if (!TOTALS.test(e.counter.name)) return undefined;
      return all(
        shown('it is raised', e.ups),
        absent('it never goes down'),
        absent('its name is that of a total'),
      );
    },
    remedy: 'Leave it: a total may wrap, and refcount_t would saturate.',
    confidence: 'medium',
    example: 'a driver that counts its errors',
  },
  //     if (atomic_read(&f->changes) == seen)
  //
  // Equality with what was kept tells that nothing happened in between; it may start at 1, as nobody looks at the value.
  {
    name: 'generation',
    protocol: 'generation',
    verdict: 'no',
    when: (e) => {
      if (!onlyUp(e) || e.guarded.length > 0) return undefined;
      const compared = e
        .of('read')
        .filter(({ use }) =>
          use.tests.some(({ relation, with: than }) => /^[=!]=$/.test(relation) && typeof than === 'string'),
        );
      return all(
        shown('it is raised', e.ups),
        shown('its value is compared with one that was kept', compared),
        absent('it never goes down'),
      );
    },
    remedy: 'Leave it: a generation may wrap, and refcount_t would saturate.',
    confidence: 'high',
    example: 'ceph_inode_info.i_release_count',
  },
];

/** Amounts. */
export const AMOUNT_RULES: readonly Rule[] = [
  // Above 0 readers, below 0 whoever blocks them. One of the two ops is enough to know: neither is good for anything else.
  {
    name: 'two-sided',
    protocol: 'two sides of 0',
    verdict: 'no',
    when: (e) =>
      withMore(
        all(
          shown(
            'one side counts above 0, the other below',
            e.of('inc_unless_negative', 'dec_unless_positive'),
          ),
        ),
        shown('a bias takes it below 0', biases(e)),
        shown('below 0 is asked for', e.belowReads),
      ),
    remedy: 'Leave it: below 0 is a state here, and refcount_t has none.',
    confidence: 'high',
    example: 'snd_pcm_runtime.buffer_accessing',
  },
  //     if (atomic_add_return(DRAIN_BIAS, &n->in_use) != DRAIN_BIAS)
  //             wait_for_completion(&done);
  //
  // The bias says "no more users", which a count of references has no room for.
  {
    name: 'bias',
    protocol: 'bias',
    verdict: 'no',
    when: (e) => all(shown('a bias is added or taken off, which is a state of its own', biases(e))),
    remedy: 'Leave it: two counts share the word. A percpu_ref has such a state of its own.',
    confidence: 'high',
    example: 'intel_runtime_pm.wakeref_count',
  },
  //     if (atomic_add_negative(1, &q->keys))
  //             return -EOVERFLOW;
  //
  // Here the caller is told. refcount_t would warn, and the caller would go on.
  {
    name: 'overflow-reported',
    protocol: 'overflow is looked for',
    verdict: 'no',
    when: (e) => {
      const tested = e.ups.filter(({ op, use }) => op === 'add_negative' && use.result === 'tested');
      return all(shown('whoever counts it up looks for an overflow and reports it', tested));
    },
    remedy: 'Leave it: refcount_t saturates, and tells no caller.',
    confidence: 'high',
    example: 'key quota',
  },
  // Bytes, pages, sectors. What starts above 0 and ends in a question for 0 may be a reference count in disguise (a socket
  // that its packets keep alive); all else measures something.
  {
    name: 'quantity',
    protocol: 'quantity',
    verdict: 'no',
    when: (e) => {
      const moved = [...e.amounts, ...e.weights, ...e.either];
      if (e.zeroEndings.length > 0 && e.starts.positive.length > 0) return undefined;
      const frees = e.freeing.length + e.freeingSometimes.length;
      return frees > 0 ? undefined : all(shown('it moves by amounts, and nothing is freed at 0', moved));
    },
    remedy: 'Leave it: it measures something, and references are counted one by one.',
    confidence: 'high',
    example: 'sock.sk_rmem_alloc',
  },
  //     atomic_set(&q->bytes, 1);
  //     …
  //     if (atomic_sub_and_test(len, &q->bytes))
  //             kfree(q);
  //
  // The 1 is the owner. It converts as long as no `len` is negative, which nobody can see from here.
  {
    name: 'weighted-reference',
    protocol: 'references of several at a time',
    verdict: 'with-care',
    when: (e) =>
      all(
        shown('it moves by more than one', [...e.weights, ...e.amounts, ...e.either]),
        shown('at 0 something is freed or woken', e.zeroEndings),
      ),
    remedy:
      'Convert with refcount_add and refcount_sub_and_test, if no amount can be negative or 0 and none is added at 0.',
    confidence: 'medium',
    example: 'sock.sk_wmem_alloc',
  },
];
