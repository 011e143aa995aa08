import type { ChangePointCommand, ExpandCommand, ExtractCommand, Literal, Parameter, SampleCommand } from '../ast.ts';
import { listOf } from './parse-fields.ts';
import { parseExpression } from './parse-expression.ts';
import { parseName } from './parse-names.ts';
import { parsePatternLiteral, parsePrimary } from './parse-primary.ts';
import { expectMark, failAt, takeMark, takeWord } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

/** A literal or parameter, its sign being part of a number. */
export const parseConstant = (reader: TokenReader, takes: string): Literal | Parameter => {
  const { start } = reader.peek().span;
  const sign = takeMark(reader, '-') ? -1 : 1;
  const value = parsePrimary(reader, parseExpression, sign, start);
  if (value.kind === 'literal' || value.kind === 'parameter') return value;
  return failAt(reader, value.span, takes);
};

export const parseExpand = (reader: TokenReader): ExpandCommand => {
  const column = parseName(reader);
  return { kind: 'mv-expand', column, span: column.span };
};

export const parseSample = (reader: TokenReader): SampleCommand => {
  const probability = parseConstant(reader, 'SAMPLE takes a number between 0 and 1 or a parameter');
  return { kind: 'sample', probability, span: probability.span };
};

export const parseDissect = (reader: TokenReader): ExtractCommand => {
  const { start } = reader.peek().span;
  const input = parseExpression(reader);
  const patterns = [parsePatternLiteral(reader)];
  let separator: ExtractCommand['separator'] = null;
  if (takeWord(reader, 'append_separator')) {
    expectMark(reader, '=');
    separator = parsePatternLiteral(reader);
  }
  return { kind: 'dissect', input, patterns, separator, span: { start, end: reader.lastEnd() } };
};

export const parseGrok = (reader: TokenReader): ExtractCommand => {
  const { start } = reader.peek().span;
  const input = parseExpression(reader);
  const patterns = listOf(reader, parsePatternLiteral);
  return { kind: 'grok', input, patterns, separator: null, span: { start, end: reader.lastEnd() } };
};

export const parseChangePoint = (reader: TokenReader): ChangePointCommand => {
  const start = reader.lastEnd() - 'CHANGE_POINT'.length;
  const value = parseName(reader);
  const key = takeWord(reader, 'on') ? parseName(reader) : null;
  let names: ChangePointCommand['names'] = null;
  if (takeWord(reader, 'as')) {
    const type = parseName(reader);
    expectMark(reader, ',');
    names = { type, pvalue: parseName(reader) };
  }
  return { kind: 'change-point', value, key, names, span: { start, end: reader.lastEnd() } };
};
