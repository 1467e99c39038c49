import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { GC, shipped, WINDOW } from '../../test/shipped-pages.ts';
import { barePage } from './bare-page.ts';
import { pageHtml } from './page-html.ts';
import { mermaidOf, plantUmlOf } from './sequence-text.ts';

describe('other tools’ languages', () => {
  const run = shipped(WINDOW).runs[0]!;

  test('a person reads', async () => {
    await expect(mermaidOf(run)).toMatchFileSnapshot('../../test/golden/page/window.mmd');
    await expect(plantUmlOf(run)).toMatchFileSnapshot('../../test/golden/page/window.puml');
  });

  test('nothing of a text ends a line, or is a command', () => {
    const evil = 'x"; end\n!include /etc/passwd\nNote over L0: <script>%%{init}#';
    const hostile = {
      ...run,
      lanes: [evil, evil],
      steps: run.steps.map((step) => ({ ...step, warnings: [evil], op: evil })),
    };
    for (const text of [mermaidOf(hostile), plantUmlOf(hostile)]) {
      expect(text).not.toMatch(/^\s*!include/m);
      expect(text).not.toMatch(/<script/);
      const plain = text.split('\n').length;
      const calm = {
        ...hostile,
        lanes: ['a', 'b'],
        steps: hostile.steps.map((step) => ({ ...step, warnings: ['w'], op: 'o' })),
      };
      expect(plain).toBe((text.startsWith('@') ? plantUmlOf(calm) : mermaidOf(calm)).split('\n').length);
    }
    expect(mermaidOf(hostile)).not.toMatch(/;(?! end)(?<!#\d+;)/);
  });
});

describe('the file', () => {
  const evil = '</script><script>alert(1)</script><!-- $& $1 ';
  const bare = barePage(evil);
  const html = pageHtml({ ...bare, notes: [evil] });

  test('holds no text of others where HTML would be read', () => {
    expect(html).not.toContain('alert(1)');
    const data = /<script type="text\/plain" id="data">([^<]*)<\/script>/.exec(html)![1]!;
    const read = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
    expect(read).toEqual(JSON.parse(JSON.stringify({ ...bare, notes: [evil] })));
  });

  test('may run its own script, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(pageHtml(undefined, true)).toContain("connect-src 'self'");
    // Nothing is fetched from anywhere.
    expect(html).not.toMatch(/<(?:script|link|img|iframe)[^>]*\b(?:src|href)="(?!data:,)/);
  });

  // What is set as text cannot be read as anything else: so nothing in the front end may parse.
  test('is made of elements by one file, and parses no HTML', () => {
    const front = join('export', 'page', 'front');
    const files = readdirSync(front).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(15);
    const parses =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|\beval\b|new Function/;
    for (const name of files) {
      const text = readFileSync(join(front, name), 'utf8');
      expect(text.match(parses)?.[0], name).toBeUndefined();
      if (name !== 'dom.ts')
        expect(text.match(/createElement|setAttribute\('(on|style)/)?.[0], name).toBeUndefined();
    }
  });

  test('is the same for the same data', () => {
    expect(pageHtml({ ...bare, notes: [evil] })).toBe(html);
  });

  test('names a divergence by its signature', () => {
    const { signature, op, boundary, kind, judgement } = shipped(GC);
    expect(signature).toBe(
      signatureOf({ op, boundary, kind, judgement } as Parameters<typeof signatureOf>[0]),
    );
  });
});
