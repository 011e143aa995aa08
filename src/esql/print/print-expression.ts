import type { BinaryOperator, Expression, LiteralValue, Name, ParameterKey } from '../ast.ts';
import { quoteName } from './quote-name.ts';

const BINDING: Readonly<Record<BinaryOperator, number>> = {
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const JUNCTION_BINDING = { or: 1, and: 2 } as const;
const NOT_BINDING = 3;
const COMPARISON_BINDING = 4;
const UNARY_BINDING = 7;
const CAST_BINDING = 8;
const PRIMARY_BINDING = 9;

const bindingOf = (expression: Expression): number => {
  switch (expression.kind) {
    case 'binary':
      return BINDING[expression.operator];
    case 'and':
    case 'or':
      return JUNCTION_BINDING[expression.kind];
    case 'not':
      return NOT_BINDING;
    case 'in':
    case 'like':
    case 'rlike':
    case 'is-null':
      return COMPARISON_BINDING;
    case 'negate':
      return UNARY_BINDING;
    case 'cast':
      return CAST_BINDING;
    case 'call':
      return expression.function === ':' ? COMPARISON_BINDING : PRIMARY_BINDING;
    default:
      return PRIMARY_BINDING;
  }
};

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

export const printString = (value: string): string =>
  `"${value.replaceAll(/[\n\t\r"\\]/g, (character) => ESCAPES[character] ?? character)}"`;

const printDouble = (value: number): string => {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
};

export const printLiteral = (literal: LiteralValue): string => {
  switch (literal.type) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(literal.value);
    case 'keyword':
      return printString(literal.value);
    case 'double':
      return printDouble(literal.value);
    default:
      return String(literal.value);
  }
};

const printKey = (key: ParameterKey): string =>
  key.style === 'anonymous' ? '' : key.style === 'named' ? key.name : String(key.position);

export const printName = (name: Name): string =>
  name.kind === 'name' ? quoteName(name.name) : `??${printKey(name.key)}`;

const within = (expression: Expression, binding: number): string => {
  const text = printExpression(expression);
  return bindingOf(expression) < binding ? `(${text})` : text;
};

const startsWithNumber = (expression: Expression): boolean =>
  expression.kind === 'cast'
    ? startsWithNumber(expression.operand)
    : expression.kind === 'time-span' ||
      (expression.kind === 'literal' &&
        ['integer', 'long', 'unsigned_long', 'double'].includes(expression.literal.type));

const printPatterns = (patterns: readonly Expression[]): string => {
  const texts = patterns.map(printExpression);
  return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(', ')})`;
};

const printComparisonWord = (word: string, isNegated: boolean): string => (isNegated ? `NOT ${word}` : word);

/** Canonical ES|QL of one expression: functions and keywords in capitals, no needless parentheses. */
export const printExpression = (expression: Expression): string => {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.literal);
    case 'list':
      return `[${expression.values.map(printExpression).join(', ')}]`;
    case 'time-span':
      return `${expression.amount} ${expression.unit}${Math.abs(expression.amount) === 1 ? '' : 's'}`;
    case 'parameter':
      return `?${printKey(expression.key)}`;
    case 'column':
      return printName(expression.name);
    case 'star':
      return '*';
    case 'options':
      return `{${expression.entries.map(({ key, value }) => `${printString(key)}: ${printExpression(value)}`).join(', ')}}`;
    case 'call': {
      if (expression.function === ':')
        return expression.arguments.map((value) => within(value, COMPARISON_BINDING + 1)).join(' : ');
      const called = typeof expression.function === 'string' ? expression.function : printName(expression.function);
      return `${called}(${expression.arguments.map(printExpression).join(', ')})`;
    }
    case 'negate':
      return startsWithNumber(expression.operand)
        ? `-(${printExpression(expression.operand)})`
        : `-${within(expression.operand, UNARY_BINDING)}`;
    case 'not':
      return `NOT ${within(expression.operand, NOT_BINDING)}`;
    case 'binary': {
      const binding = BINDING[expression.operator];
      // Comparisons do not chain, so neither side may be one.
      const left = within(expression.left, binding === COMPARISON_BINDING ? binding + 1 : binding);
      return `${left} ${expression.operator} ${within(expression.right, binding + 1)}`;
    }
    case 'and':
    case 'or': {
      const binding = JUNCTION_BINDING[expression.kind] + 1;
      return expression.operands.map((operand) => within(operand, binding)).join(` ${expression.kind.toUpperCase()} `);
    }
    case 'in': {
      const values = expression.values.map(printExpression).join(', ');
      return `${within(expression.operand, COMPARISON_BINDING + 1)} ${printComparisonWord('IN', expression.isNegated)} (${values})`;
    }
    case 'like':
    case 'rlike': {
      const word = printComparisonWord(expression.kind.toUpperCase(), expression.isNegated);
      return `${within(expression.operand, COMPARISON_BINDING + 1)} ${word} ${printPatterns(expression.patterns)}`;
    }
    case 'is-null':
      return `${within(expression.operand, COMPARISON_BINDING + 1)} IS ${printComparisonWord('NULL', expression.isNegated)}`;
    case 'cast':
      return `${within(expression.operand, CAST_BINDING)}::${expression.type}`;
  }
};
