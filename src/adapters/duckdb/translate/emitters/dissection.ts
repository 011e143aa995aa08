import type { DissectStep } from '#esql/extract/extract-dissect.ts';
import type { TypedCall } from '#esql/plan.ts';
import { type EmitContext, type Emitter, numberArgument, textArgument, valueAt } from './emitter.ts';
import { inHalves } from '../sql/in-halves.ts';
import { literally } from '../sql/patterns.ts';

interface Pattern {
  readonly leading: string;
  readonly steps: readonly DissectStep[];
}

const patternOf = (call: TypedCall): Pattern => {
  const steps: DissectStep[] = [];
  for (let at = 4; at + 1 < call.arguments.length; at += 2)
    steps.push({ delimiter: textArgument(call, at), mostEmpty: numberArgument(call, at + 1) });
  return { leading: textArgument(call, 3), steps };
};

/** What each step holds where no delimiter stands twice in a row: there is one way to match then, and RE2 finds it. */
const byRegex = (context: EmitContext, input: string, { leading, steps }: Pattern): string => {
  const rest = steps.length === 1 ? '(.+)$' : '(.*)$';
  const regex = steps.map(({ delimiter }) => (delimiter === '' ? rest : `(.*?)${literally(delimiter)}`)).join('');
  const pattern = context.text(`(?s)^${literally(leading)}${regex}`);
  const names = steps.map((_, at) => `'g${at + 1}'`).join(', ');
  const caught = context.once(`regexp_extract(${input}, ${pattern}, [${names}])`);
  const groups = steps.map((_, at) => `(${caught})['g${at + 1}']`);
  return `CASE WHEN regexp_matches(${input}, ${pattern}) THEN [${groups.join(', ')}] END`;
};

const letSql = (name: string, sql: string, result: string): string =>
  `list_transform([${sql}], lambda ${name}: ${result})[1]`;

/**
 * What each step holds, one after the other, because a regular expression would go back where a delimiter that stands
 * again has emptied a key. The state is the rest of the text, the next step (0: a delimiter was not found) and what
 * the steps before hold.
 */
const byStep = (context: EmitContext, input: string, { leading, steps }: Pattern): string => {
  const last = steps.length;
  const isOpen = steps.at(-1)?.delimiter === '';
  const closed = steps.slice(0, isOpen ? -1 : last);
  const list = closed.map(
    ({ delimiter, mostEmpty }, at) => `{d: ${context.text(delimiter)}, e: ${mostEmpty}, j: ${at + 1}}`,
  );
  const parts = 'string_split(rest, k.d)';
  const first = `nullif(list_position(list_transform(${parts}, lambda w: w <> ''), true), 0)`;
  const again = `CASE WHEN starts_with(rest, k.d) THEN coalesce(${first}, len(${parts})) - 1 ELSE 0 END`;
  const found = `{r: substring(rest, 1 + again * length(k.d)), n: k.j + 1 + least(again, k.e), v: list_append(state.v, left(state.r, place - 1))}`;
  const lost = `{r: '', n: 0, v: state.v}`;
  const split = letSql('rest', 'substring(state.r, place + length(k.d))', letSql('again', again, found));
  const step = letSql('place', 'strpos(state.r, k.d)', `CASE WHEN place = 0 THEN ${lost} ELSE ${split} END`);
  const kept = `{r: state.r, n: state.n, v: list_append(state.v, '')}`;
  const start = `{r: substring(${input}, ${Array.from(leading).length + 1}), n: 1, v: []::VARCHAR[]}`;
  const all = `list_reduce([${list.join(', ')}], lambda state, k: CASE WHEN state.n = k.j THEN ${step} ELSE ${kept} END, ${start})`;
  const end = isOpen
    ? `CASE WHEN done.n >= ${last} THEN list_append(done.v, CASE WHEN done.n > ${last} THEN '' ELSE done.r END) END`
    : `CASE WHEN done.n > ${last} THEN done.v END`;
  return `CASE WHEN starts_with(${input}, ${context.text(leading)}) THEN ${letSql('done', all, end)} END`;
};

export const dissect: Emitter = (values, call, context) => {
  const input = context.once(valueAt(values, 0));
  const pattern = patternOf(call);
  const delimiters = new Set(pattern.steps.slice(0, -1).map(({ delimiter }) => delimiter));
  const isRepeated = [...delimiters]
    .map((delimiter) => `contains(${input}, ${context.text(delimiter.repeat(2))})`)
    .join(' OR ');
  const plain = byRegex(context, input, pattern);
  const held = context.once(
    isRepeated === '' ? plain : `CASE WHEN ${isRepeated} THEN ${byStep(context, input, pattern)} ELSE ${plain} END`,
  );
  const pieces = textArgument(call, 2)
    .split(' ')
    .map((at) => `(${held})[${at}]`);
  const separator = context.bind(textArgument(call, 1), 'keyword');
  return inHalves(
    '||',
    pieces.flatMap((piece, at) => (at === 0 ? [piece] : [separator, piece])),
  );
};
