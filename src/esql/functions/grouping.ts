import type { TypedExpression } from '../plan.ts';
import { always, constant, datetime, literal, numeric, span, string, typeOf } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

// Numbers without a width are null with a warning, as a division by zero is.
const isNotPositive = (date: TypedExpression | undefined, size: TypedExpression | undefined): boolean => {
  if (size?.kind === 'span') return size.amount <= 0;
  return date?.type === 'date' && size?.kind === 'literal' && Number(size.value) <= 0;
};

/** Only in STATS … BY. */
export const GROUPINGS: readonly FunctionDefinition[] = [
  {
    name: 'CATEGORIZE',
    kind: 'grouping',
    description:
      'The category of a message: what it has in common with messages that are equal up to numbers and names.',
    signatures: [{ arguments: [string('message')], result: always('keyword') }],
    multiValues: 'each',
    options: [
      {
        name: 'output_format',
        byDefault: 'regex',
        accepts: (value) => /^(?:regex|tokens)$/i.test(value),
        values: 'regex or tokens',
      },
      {
        name: 'similarity_threshold',
        byDefault: '70',
        accepts: (value) => /^(?:[1-9]\d?|100)$/.test(value),
        values: 'a whole number from 1 to 100',
      },
      { name: 'analyzer', byDefault: '', accepts: (value) => value !== '', values: 'the name of an analyzer' },
    ],
  },
  {
    name: 'TBUCKET',
    kind: 'grouping',
    description: 'BUCKET of @timestamp: of a given size, or so many over a range.',
    signatures: [
      { arguments: [span('span')], result: always('date') },
      {
        arguments: [
          literal({ name: 'buckets', accepts: ['whole number'] }),
          constant(datetime('from')),
          constant(datetime('to')),
        ],
        result: always('date'),
      },
    ],
  },
  {
    name: 'BUCKET',
    aliases: ['BIN'],
    kind: 'grouping',
    description: 'The start of the bucket that a date or number falls into: of a given size, or so many over a range.',
    signatures: [
      { arguments: [datetime('date'), span('span')], result: typeOf(0) },
      { arguments: [numeric('number'), literal(numeric('size'))], result: always('double') },
      {
        arguments: [
          datetime('date'),
          literal({ name: 'buckets', accepts: ['whole number'] }),
          constant(datetime('from')),
          constant(datetime('to')),
        ],
        result: typeOf(0),
      },
      {
        arguments: [
          numeric('number'),
          literal({ name: 'buckets', accepts: ['whole number'] }),
          literal(numeric('from')),
          literal(numeric('to')),
        ],
        result: always('double'),
      },
    ],
    refuse: ([date, size]) =>
      isNotPositive(date, size)
        ? { at: 1, message: 'the size or number of buckets must be greater than 0' }
        : undefined,
  },
];
