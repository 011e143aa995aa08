import type { TypedExpression } from '../plan.ts';
import { always, constant, datetime, integer, literal, numeric, span, string } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

const isNotPositive = (value: TypedExpression | undefined): boolean => {
  if (value?.kind === 'span') return value.amount <= 0;
  return value?.kind === 'literal' && value.value !== null && Number(value.value) <= 0;
};

/** Only in STATS … BY. */
export const GROUPINGS: readonly FunctionDefinition[] = [
  {
    name: 'CATEGORIZE',
    kind: 'grouping',
    description:
      'The category of a message: what it has in common with messages that are equal up to numbers and names.',
    signatures: [{ arguments: [string('message')], result: always('keyword') }],
  },
  {
    name: 'BUCKET',
    aliases: ['BIN'],
    kind: 'grouping',
    description: 'The start of the bucket that a date or number falls into: of a given size, or so many over a range.',
    signatures: [
      { arguments: [datetime('date'), span('span')], result: always('date') },
      { arguments: [numeric('number'), literal(numeric('size'))], result: always('double') },
      {
        arguments: [
          datetime('date'),
          literal(integer('buckets')),
          constant(datetime('from')),
          constant(datetime('to')),
        ],
        result: always('date'),
      },
      {
        arguments: [numeric('number'), literal(integer('buckets')), literal(numeric('from')), literal(numeric('to'))],
        result: always('double'),
      },
    ],
    refuse: (values) =>
      isNotPositive(values[1]) ? { at: 1, message: 'the size or number of buckets must be greater than 0' } : undefined,
  },
];
