import { CAST_TYPES } from '../ast.ts';
import type { BinaryOperator, CastType, Expression, Literal, Parameter, Span } from '../ast.ts';
import { parsePrimary, parsePatternLiteral } from './parse-primary.ts';
import { failAt, failExpecting, failOutside, expectMark, isMark, isWord, takeMark, takeWord } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

/** A whole expression. Tightest first: `::`, unary minus, `* / %`, `+ -`, comparisons, NOT, AND, OR. */
export const parseExpression = (reader: TokenReader): Expression => reader.nested(() => parseOr(reader));

const binary = (reader: TokenReader, operator: BinaryOperator, left: Expression, right: Expression): Expression => {
  const span = { start: left.span.start, end: reader.lastEnd() };
  return reader.node({ kind: 'binary', operator, left, right, span }, [left, right]);
};

const parseOr = (reader: TokenReader): Expression => parseJunction(reader, 'or', parseAnd);
const parseAnd = (reader: TokenReader): Expression => parseJunction(reader, 'and', parseNot);

/** Conditions that follow one another are not nested, so that a list of them may be long. */
const parseJunction = (
  reader: TokenReader,
  kind: 'and' | 'or',
  parseOperand: (reader: TokenReader) => Expression,
): Expression => {
  const first = parseOperand(reader);
  const operands = [first];
  while (takeWord(reader, kind)) operands.push(parseOperand(reader));
  if (operands.length === 1) return first;
  return reader.node({ kind, operands, span: spanFrom(reader, first) }, operands);
};

const parseNot = (reader: TokenReader): Expression => {
  const { start } = reader.peek().span;
  if (!takeWord(reader, 'not')) return parseComparison(reader);
  const operand = reader.nested(() => parseNot(reader));
  return reader.node({ kind: 'not', operand, span: { start, end: reader.lastEnd() } }, [operand]);
};

const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const;

const takeComparison = (reader: TokenReader): BinaryOperator | undefined =>
  COMPARISONS.find((operator) => takeMark(reader, operator));

const parseComparison = (reader: TokenReader): Expression => {
  const left = parseSum(reader);
  const operator = takeComparison(reader);
  if (operator) {
    if (operator === '<' && isMark(reader, '>'))
      return failAt(reader, reader.peek().span, 'inequality is written != and not <>');
    const comparison = binary(reader, operator, left, parseSum(reader));
    const next = reader.peek();
    if (COMPARISONS.some((other) => isMark(reader, other)))
      return failAt(reader, next.span, 'comparisons do not chain; join them by AND');
    return comparison;
  }
  if (takeMark(reader, ':')) return parseMatch(reader, left);
  if (takeWord(reader, 'is')) return parseIsNull(reader, left);
  const isNegated = takeWord(reader, 'not');
  if (takeWord(reader, 'in')) return parseIn(reader, left, isNegated);
  if (takeWord(reader, 'like')) return parseLike(reader, 'like', left, isNegated);
  if (takeWord(reader, 'rlike')) return parseLike(reader, 'rlike', left, isNegated);
  return isNegated ? failExpecting(reader, 'IN, LIKE or RLIKE') : left;
};

const parseMatch = (reader: TokenReader, field: Expression): Expression => {
  const value = parseUnary(reader);
  const values = [field, value];
  return reader.node({ kind: 'call', function: ':', arguments: values, span: spanFrom(reader, field) }, values);
};

const spanFrom = (reader: TokenReader, left: Expression): Span => ({
  start: left.span.start,
  end: reader.lastEnd(),
});

const parseIsNull = (reader: TokenReader, operand: Expression): Expression => {
  const isNegated = takeWord(reader, 'not');
  if (!takeWord(reader, 'null')) return failExpecting(reader, 'NULL');
  return reader.node({ kind: 'is-null', operand, isNegated, span: spanFrom(reader, operand) }, [operand]);
};

const parseIn = (reader: TokenReader, operand: Expression, isNegated: boolean): Expression => {
  expectMark(reader, '(');
  if (isWord(reader, 'from') && /^\s+[\w"*-]/.test(reader.text.slice(reader.peek().span.end)))
    return failOutside(
      reader,
      reader.peek().span,
      `subqueries are not in Sentinel's language; LOOKUP JOIN joins another index`,
    );
  const values = [parseExpression(reader)];
  while (takeMark(reader, ',')) values.push(parseExpression(reader));
  expectMark(reader, ')');
  return reader.node({ kind: 'in', operand, values, isNegated, span: spanFrom(reader, operand) }, [operand, ...values]);
};

const parseLike = (
  reader: TokenReader,
  kind: 'like' | 'rlike',
  operand: Expression,
  isNegated: boolean,
): Expression => {
  const patterns: (Literal | Parameter)[] = [];
  if (takeMark(reader, '(')) {
    do patterns.push(parsePatternLiteral(reader));
    while (takeMark(reader, ','));
    expectMark(reader, ')');
  } else patterns.push(parsePatternLiteral(reader));
  return reader.node({ kind, operand, patterns, isNegated, span: spanFrom(reader, operand) }, [operand]);
};

const parseSum = (reader: TokenReader): Expression => {
  let left = parseProduct(reader);
  for (;;) {
    const operator = takeMark(reader, '+') ? '+' : takeMark(reader, '-') ? '-' : undefined;
    if (!operator) return left;
    left = binary(reader, operator, left, parseProduct(reader));
  }
};

const PRODUCTS = ['*', '/', '%'] as const;

const parseProduct = (reader: TokenReader): Expression => {
  let left = parseUnary(reader);
  for (;;) {
    const operator = PRODUCTS.find((mark) => takeMark(reader, mark));
    if (!operator) return left;
    left = binary(reader, operator, left, parseUnary(reader));
  }
};

const parseUnary = (reader: TokenReader): Expression => {
  const start = reader.peek().span.start;
  if (!isMark(reader, '-') && !isMark(reader, '+')) return parseCast(reader, parsePrimary(reader, parseExpression));
  const isMinus = isMark(reader, '-');
  reader.next();
  const following = reader.peek().kind;
  if (following === 'integer' || following === 'decimal')
    return parseCast(reader, parsePrimary(reader, parseExpression, isMinus ? -1 : 1, start));
  const operand = reader.nested(() => parseUnary(reader));
  if (!isMinus) return operand;
  return reader.node({ kind: 'negate', operand, span: { start, end: reader.lastEnd() } }, [operand]);
};

const CAST_ALIASES: Readonly<Record<string, CastType>> = {
  int: 'integer',
  string: 'keyword',
  bool: 'boolean',
  datetime: 'date',
  ul: 'unsigned_long',
  ulong: 'unsigned_long',
};
const UNSUPPORTED_CASTS = new Set([
  'geo_point', 'geo_shape', 'cartesian_point', 'cartesian_shape', 'geohash', 'geotile', 'geohex', 'date_range',
  'dense_vector', 'aggregate_metric_double', 'tdigest', 'exponential_histogram',
]); // prettier-ignore

const parseCast = (reader: TokenReader, operand: Expression): Expression => {
  let result = operand;
  while (takeMark(reader, '::')) {
    const token = reader.peek();
    if (token.kind !== 'identifier') return failExpecting(reader, 'the name of a type');
    const name = token.text.toLowerCase();
    const type =
      CAST_TYPES.find((candidate) => candidate === name) ??
      (Object.hasOwn(CAST_ALIASES, name) ? CAST_ALIASES[name] : undefined);
    if (UNSUPPORTED_CASTS.has(name)) return failOutside(reader, token.span, `a cast to [${name}] is not supported yet`);
    if (!type) return failAt(reader, token.span, `Unknown data type named [${token.text}]`);
    reader.next();
    result = reader.node({ kind: 'cast', operand: result, type, span: spanFrom(reader, operand) }, [result]);
  }
  return result;
};
