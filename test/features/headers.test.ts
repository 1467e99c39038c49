import { describe, expect, test } from 'vitest';
import { schemeOf } from '../c/c-subjects.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { feature, verdictOf } from './features.ts';
import { filesOf, PAIRS } from './pairs.ts';
import { gravest, soundness } from './soundness.ts';

describe('what real code includes', () => {
  test.each(filesOf('headers'))('%s is sound', async (file) => {
    expect(verdictOf(await feature(`headers/${file}.c`))).toBe('sound');
  });

  test.each(oneIn(3, PAIRS.headers))(`%s: %s is found, ${sampleOf(3)}`, async (file, defect, found) => {
    expect(verdictOf(await feature(`headers/${file}.c`, defect))).toBe(found);
  });
});

const PLAIN = `
#include <linux/refcount.h>
#include <linux/slab.h>
struct peer { refcount_t count; };
REFUZZ_SCHEME(struct peer, count);
REFUZZ_STATE(one) { refcount_set(&object->count, 1); refuzz_hold(0); }
REFUZZ_PUT(put) { DO if (refcount_dec_and_test(&object->count)) kfree(object); }
REFUZZ_USE(use) { refuzz_use(); }
`;
const doing = (what: string, more = '') => schemeOf(`${PLAIN.replace('DO', () => what)}\n${more}`);

describe('functions that do not matter', () => {
  test('do nothing, declared or not, and are named with what headers leave out', async () => {
    const scheme = await doing(
      'told(1); told(object, 2); if (asked(3) != 7) refuzz_use();',
      'REFUZZ_STUB(told); REFUZZ_STUB_RETURNS(asked, 7); REFUZZ_STUB(never_called);',
    );
    expect(scheme.leavesOut).toEqual(['asked()', 'told()']);
    expect(gravest(soundness(scheme))).toBe('nothing');
    const printing = await schemeOf(`#include <linux/printk.h>\n${PLAIN.replace('DO', 'pr_info("x");')}`);
    expect(printing.leavesOut).toEqual(['messages to the log']);
  });

  test('may answer a pointer to the object', async () => {
    const scheme = await schemeOf(
      `void *same(void *);\n${PLAIN.replace('DO', 'if (same(object) != object) refuzz_use();')}
REFUZZ_STUB_RETURNS(same, &refuzz_object);`,
    );
    expect(gravest(soundness(scheme))).toBe('nothing');
  });
});

describe('what nobody declares', () => {
  test('is named at once, with what to write for each', async () => {
    const text = PLAIN.replace(
      '#include <linux/slab.h>',
      '#include <linux/spinlocks.h>\n#include <linux/nowhere.h>\n#include "own.h"',
    ).replace('DO', () => 'trace(1); void *at = place_of(object); use_up(at);');
    const error = await schemeOf(text).then(
      () => undefined,
      (thrown: Error) => thrown.message,
    );
    expect(
      error?.replaceAll(/ +/g, ' ').replaceAll('source/sound.c', 'test.c'),
    ).toBe(`test.c:4:10: 3 headers are not found, and 4 functions are declared nowhere:
 test.c:4:10 <linux/spinlocks.h> is <linux/spinlock.h> meant?
 test.c:5:10 <linux/nowhere.h> refuzz has none of that name
 test.c:6:10 "own.h" files are read from the folder of the source, links followed, and from those that --include names
 test.c:10:19 trace() if it does not matter: REFUZZ_STUB(trace);
 test.c:10:40 place_of() if it does not matter: void *place_of(); REFUZZ_STUB(place_of);
 test.c:10:58 use_up() if it does not matter: REFUZZ_STUB(use_up);
 test.c:10:113 kfree() #include <linux/slab.h>
Headers that have no part in the protocol may be empty; name their folder with --include stubs:
 mkdir -p stubs/linux && touch stubs/linux/nowhere.h`);
  });

  test('or is declared and not defined, is named with all others when one is called', async () => {
    const scheme = await doing('elsewhere(1); there_too(2);').catch(() => undefined);
    expect(scheme).toBeUndefined();
    const declared = await schemeOf(
      `void elsewhere(int); void there_too(int);\n${PLAIN.replace('DO', 'elsewhere(1); there_too(2);')}`,
    );
    expect(() => soundness(declared)).toThrow(
      'put calls elsewhere, which is defined nowhere that refuzz knows of (and there_too likewise); where it does not matter, write REFUZZ_STUB(elsewhere);',
    );
  });
});
