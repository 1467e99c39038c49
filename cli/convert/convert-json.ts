import type { SearchResult } from '../../convert/search/state.ts';
import { orderingNotes } from '../../convert/write/ordering.ts';
import { answerLine } from './answer-line.ts';
import type { Conversion } from './conversion.ts';
import type { Forbidden } from './why.ts';
import { programText } from './why.ts';

/** What is told beside the result of a search. */
interface Told {
  readonly why: readonly Forbidden[];
  readonly unsound: string | undefined;
  readonly diff: string;
  readonly seconds: number;
}

/** The answer as JSON: what the report says, by names. */
export function convertJson(
  conversion: Conversion,
  result: SearchResult,
  { why, unsound, diff, seconds }: Told,
) {
  // Names throughout, and no numbers of the menu: they are another source’s as soon as somebody edits this one.
  const { menu, path, data } = conversion;
  const [best] = result.decided;
  return {
    answer: answerLine(conversion, result),
    source: path,
    scope: result.scope ?? null,
    asked: result.asked,
    memory: data.memory ?? 'sc',
    candidates: result.total,
    forbidden: result.forbidden,
    open: result.open,
    sites: menu.sites.map(({ name, kind, line, written }, at) => ({
      site: name,
      kind,
      line,
      written,
      forms: menu.forms[at]!.map((form) => form.name),
    })),
    conversions: result.decided.map(
      ({ candidate, kind, refutation, missing, guards, within, isUnasked }) => ({
        verdict: kind,
        ...menu.shifts[candidate.shift]!,
        forms: Object.fromEntries(
          candidate.forms.map((form, at) => [menu.sites[at]!.name, menu.forms[at]![form]!.name]),
        ),
        ...(missing && { missing }),
        ...(within && { within }),
        ...(isUnasked && { isUnasked }),
        ...(guards && { guards }),
        ...(refutation && {
          program: programText(refutation.program),
          divergences: refutation.divergences,
          ...(refutation.ofObject && { object: refutation.ofObject }),
        }),
      }),
    ),
    ordersLess: best
      ? orderingNotes(menu, best.candidate).map(({ site, was, is, op }) => ({
          site: site.name,
          line: site.line,
          was,
          is,
          op: op ?? null,
        }))
      : [],
    ...(unsound !== undefined && { unsound }),
    unmet: result.unmet ?? [],
    unreached: conversion.read.sites.unreached.map((at) => menu.sites[at]!.name),
    why: why.map(({ drawing: _, ...told }) => told),
    diff,
    programs: result.programs,
    states: result.states,
    seconds,
  };
}
