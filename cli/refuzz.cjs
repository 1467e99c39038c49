#!/usr/bin/env node
'use strict';

/*
 * Where the command begins: in words that every Node can read, so that an old one is told what is missing, and does not
 * stumble over what it cannot parse. The rest is loaded only then.
 */

var manifest = require('../../package.json');

/** `>=20.12` is [20, 12]. */
function numbers(text) {
  return text.replace(/^[^0-9]*/, '').split('.').map(Number);
}

function isOlder(one, other) {
  for (var at = 0; at < other.length; at++) {
    if (one[at] !== other[at]) return one[at] < other[at];
  }
  return false;
}

var needed = manifest.engines.node.replace(/^[^0-9]*/, '');
if (isOlder(numbers(process.versions.node), numbers(needed))) {
  process.stderr.write(
    'refuzz: needs Node ' + needed + ' or later, and this is Node ' + process.versions.node + '; install a newer one, from https://nodejs.org\n'
  );
  process.exitCode = 2;
} else {
  require('./load.cjs');
}
