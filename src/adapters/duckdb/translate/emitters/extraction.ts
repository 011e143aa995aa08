import type { TypedCall } from '#esql/plan.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { textArgument, valueAt } from './emitter.ts';
import { filledList } from '../sql/list-sql.ts';
import { javaPattern } from '../sql/patterns.ts';

interface Part {
  readonly regex: string;
  readonly groups: readonly number[];
}

/** After the string and the separator: expressions, each with the numbers of its groups. */
const partsOf = (call: TypedCall): readonly Part[] => {
  const parts: Part[] = [];
  for (let at = 2; at + 1 < call.arguments.length; at += 2) {
    const groups = textArgument(call, at + 1)
      .split(' ')
      .filter(Boolean)
      .map(Number);
    parts.push({ regex: textArgument(call, at), groups });
  }
  return parts;
};

/** RE2 gives groups by position as a structure of names, and only for a pattern that it knows beforehand. */
const groupsSql = (context: EmitContext, input: string, { regex, groups }: Part): readonly string[] => {
  const names = Array.from({ length: Math.max(0, ...groups) }, (_, at) => `'g${at + 1}'`).join(', ');
  const caught = context.once(`regexp_extract(${input}, ${context.text(javaPattern(regex))}, [${names}])`);
  return groups.map((group) => `(${caught})['g${group}']`);
};

/** A name that GROK has several times makes several values. */
export const givesList = (call: TypedCall): boolean => {
  const [, separator] = call.arguments;
  const joins = separator?.kind === 'literal' ? separator.value : null;
  return call.function === 'EXTRACT' && joins === null && partsOf(call).some(({ groups }) => groups.length > 1);
};

/** An optional part of GROK that is not there is null, as is a string that is empty. */
const extract: Emitter = (values, call, context) => {
  const input = context.once(valueAt(values, 0));
  const [, separator] = call.arguments;
  const joins = separator?.kind === 'literal' ? separator.value : null;
  const isList = givesList(call);
  const branches = partsOf(call).map((part) => {
    const found = `regexp_matches(${input}, ${context.text(javaPattern(part.regex))})`;
    if (part.groups.length === 0) return `WHEN ${found} THEN NULL`;
    const caught = groupsSql(context, input, part);
    const filled = caught.map((group) => `nullif(${group}, '')`);
    if (isList) return `WHEN ${found} THEN [${filled.join(', ')}]`;
    if (joins === null) return `WHEN ${found} THEN ${filled[0] ?? 'NULL'}`;
    const glue = `|| ${context.bind(joins, 'keyword')} ||`;
    return `WHEN ${found} THEN ${caught.join(` ${glue} `)}`;
  });
  const value = `CASE ${branches.join(' ')} END`;
  return isList ? filledList(context, value) : value;
};

export const EXTRACTION_EMITTERS: Readonly<Record<string, Emitter>> = { EXTRACT: extract };
