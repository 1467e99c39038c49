import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...['docs', 'corpus'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

/** Without what stands in code. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));
}

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  const text = readFileSync(path, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  for (const [, heading] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let name = slug;
    for (let more = 1; anchors.has(name); more++) name = `${slug}-${more}`;
    anchors.add(name);
  }
  for (const [, id] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id!);
  return anchors;
}

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const wrong: string[] = [];
  for (const [, target] of proseOf(page).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)) {
    if (/^(https?|mailto):/.test(target!)) continue;
    const [file, anchor] = target!.split('#') as [string, string?];
    const path = file === '' ? page : join(dirname(page), decodeURIComponent(file));
    if (!existsSync(path)) wrong.push(target!);
    else if (
      anchor !== undefined &&
      statSync(path).isFile() &&
      path.endsWith('.md') &&
      !anchorsOf(path).has(anchor)
    )
      wrong.push(target!);
  }
  expect(wrong).toEqual([]);
});

test('there are links to look at', () => {
  expect(PAGES.length).toBeGreaterThan(30);
  expect(proseOf('README.md').match(/\]\(/g)!.length).toBeGreaterThan(20);
});
