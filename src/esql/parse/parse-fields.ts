import type { AggregateField, Field, Name, StatsCommand } from '../ast.ts';
import { parseExpression } from './parse-expression.ts';
import { failAt, isMark, isWord, takeMark, takeWord } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

export const listOf = <T>(reader: TokenReader, read: (reader: TokenReader) => T): T[] => {
  const items = [read(reader)];
  while (takeMark(reader, ',')) items.push(read(reader));
  return items;
};

/** An expression, named by what stands before `=` or by its own text. */
export const parseField = (reader: TokenReader): Field => {
  const start = reader.peek().span.start;
  const expression = parseExpression(reader);
  const span = { start, end: reader.lastEnd() };
  if (!isMark(reader, '=')) {
    const text: Name = { kind: 'name', name: reader.text.slice(start, span.end), span };
    return { name: expression.kind === 'column' ? expression.name : text, expression, span };
  }
  if (expression.kind !== 'column')
    return failAt(reader, span, 'only a name can stand before [=]; equality is written ==');
  reader.next();
  const value = parseExpression(reader);
  return { name: expression.name, expression: value, span: { start, end: reader.lastEnd() } };
};

const parseAggregateField = (reader: TokenReader): AggregateField => {
  const field = parseField(reader);
  const filter = takeWord(reader, 'where') ? parseExpression(reader) : null;
  const span = { start: field.span.start, end: reader.lastEnd() };
  const isNamed = field.name.span.end !== field.span.end;
  const name: Name =
    isNamed || !filter ? field.name : { kind: 'name', name: reader.text.slice(span.start, span.end), span };
  return { ...field, name, filter, span };
};

/** What follows STATS or INLINE STATS. */
export const parseStats = (reader: TokenReader, kind: StatsCommand['kind']): StatsCommand => {
  const start = reader.lastEnd();
  const aggregates = isWord(reader, 'by') ? [] : listOf(reader, parseAggregateField);
  const groups = takeWord(reader, 'by') ? listOf(reader, parseField) : [];
  return { kind, aggregates, groups, span: { start, end: reader.lastEnd() } };
};
