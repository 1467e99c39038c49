import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/*
 * The front end of `refuzz report` and `refuzz ui`, as one HTML file that needs nothing else. Its policy allows this script
 * and this style, by their digests, and nothing else: no network, no other code, no frame. Two places are left to fill:
 * what it may connect to, and its data. See export/page/page-html.ts.
 */

const FRONT = join(import.meta.dirname, 'export', 'page', 'front');
const bundle = await rolldown({ input: join(FRONT, 'main.ts'), platform: 'browser' });
const { output } = await bundle.generate({ format: 'iife', minify: true });
await bundle.close();
// A script must not hold the end of its own element.
const script = output[0].code.trim().replaceAll('</script', '<\\/script');
const style = readFileSync(join(FRONT, 'page.css'), 'utf8')
  .replaceAll(/\/\*[\s\S]*?\*\//g, '')
  .replaceAll(/\s*\n\s*/g, '\n')
  .trim();
const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(style)}`,
  // A picture is made of a drawing before it is saved.
  'img-src blob: data:',
  'connect-src @@CONNECT@@',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>refuzz</title>
<style>${style}</style>
</head>
<body>
<noscript>This page shows data of refuzz by a script of its own. Without scripts, refuzz show and refuzz explain print the same.</noscript>
<div id="page"></div>
<script type="text/plain" id="data">@@DATA@@</script>
<script>${script}</script>
</body>
</html>
`;
writeFileSync(join(import.meta.dirname, 'dist', 'page.html'), html);
