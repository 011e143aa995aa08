import type { TypedCall } from '#esql/plan.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { textArgument, valueAt } from './emitter.ts';
import { filledList } from '../sql/list-sql.ts';
import { dissect } from './dissection.ts';
import { javaPattern } from '../sql/patterns.ts';

interface Part {
  readonly regex: string;
  readonly groups: readonly number[];
  /** Groups that may be left out of a match. */
  readonly optional: ReadonlySet<number>;
}

/** After the string: expressions, each with the numbers of its groups. */
const partsOf = (call: TypedCall): readonly Part[] => {
  const parts: Part[] = [];
  for (let at = 1; at + 1 < call.arguments.length; at += 2) {
    const written = textArgument(call, at + 1)
      .split(' ')
      .filter(Boolean);
    const optional = written.filter((group) => group.endsWith('?')).map((group) => Number.parseInt(group, 10));
    parts.push({
      regex: textArgument(call, at),
      groups: written.map((group) => Number.parseInt(group, 10)),
      optional: new Set(optional),
    });
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
export const givesList = (call: TypedCall): boolean =>
  call.function === 'EXTRACT' && partsOf(call).some(({ groups }) => groups.length > 1);

/** A part of GROK that is not there is null, and so is one that could be left out and is empty. */
const extract: Emitter = (values, call, context) => {
  const input = context.once(valueAt(values, 0));
  const isList = givesList(call);
  const branches = partsOf(call).map((part) => {
    const found = `regexp_matches(${input}, ${context.text(javaPattern(part.regex))})`;
    if (part.groups.length === 0) return `WHEN ${found} THEN NULL`;
    const filled = groupsSql(context, input, part).map((group, index) =>
      part.optional.has(part.groups[index] ?? 0) ? `nullif(${group}, '')` : group,
    );
    return `WHEN ${found} THEN ${isList ? `[${filled.join(', ')}]` : (filled[0] ?? 'NULL')}`;
  });
  const value = `CASE ${branches.join(' ')} END`;
  return isList ? filledList(context, value) : value;
};

export const EXTRACTION_EMITTERS: Readonly<Record<string, Emitter>> = { EXTRACT: extract, DISSECT: dissect };
