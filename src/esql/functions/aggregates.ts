import type { TypedExpression, ValueType } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { isWhole } from '../types.ts';
import { always, anything, integer, literal, string, typeOf } from './definition.ts';
import { textOf } from './arguments.ts';
import type { Argument, FunctionDefinition, Signature } from './definition.ts';

const aggregate = (
  name: string,
  description: string,
  values: readonly Argument[],
  result: FieldType | Signature['result'],
): FunctionDefinition => ({
  name,
  kind: 'aggregate',
  description,
  signatures: [{ arguments: values, result: typeof result === 'string' ? always(result) : result }],
});

const numeric = (name: string): Argument => ({ name, accepts: ['numeric except unsigned_long'] });

const sumType = (types: readonly ValueType[]): FieldType => {
  const [type = 'null'] = types;
  return isWhole(type) ? 'long' : 'double';
};

const sortKey: Argument = { name: 'sort', accepts: ['datetime', 'numeric'] };

/** What TOP takes where it gives one field by the order of another. */
const besides = (name: string): Argument => ({ name, accepts: ['datetime', 'numeric except unsigned_long'] });

const refusePercentile = (
  values: readonly TypedExpression[],
): { readonly at: number; readonly message: string } | undefined => {
  const percentile = values[1];
  if (percentile?.kind !== 'literal') return undefined;
  const isInRange = percentile.value !== null && Number(percentile.value) >= 0 && Number(percentile.value) <= 100;
  return isInRange ? undefined : { at: 1, message: `percentile [${String(percentile.value)}] is not from 0 to 100` };
};

const refuseTop: NonNullable<FunctionDefinition['refuse']> = ([, limit, order]) => {
  const text = textOf(order);
  if (text !== undefined && !/^(?:asc|desc)$/i.test(text))
    return { at: 2, message: `Invalid order value [${text}], expected [ASC, DESC]` };
  return limit?.kind === 'literal' && Number(limit.value) <= 0
    ? { at: 1, message: `Limit must be greater than 0, found [${String(limit.value)}]` }
    : undefined;
};

/** All skip nulls. COUNT(*) is COUNT without an argument. */
export const AGGREGATES: readonly FunctionDefinition[] = [
  {
    name: 'COUNT',
    kind: 'aggregate',
    description: 'The number of rows, or of values that are not null.',
    signatures: [
      { arguments: [], result: always('long') },
      { arguments: [anything('field')], result: always('long') },
    ],
  },
  {
    name: 'COUNT_DISTINCT',
    kind: 'aggregate',
    description: 'The number of different values.',
    signatures: [
      { arguments: [anything('field')], result: always('long') },
      {
        arguments: [anything('field'), literal({ name: 'precision', accepts: ['whole number'] })],
        result: always('long'),
      },
    ],
  },
  aggregate('SUM', 'The sum; null of nothing.', [numeric('number')], sumType),
  aggregate('AVG', 'The mean.', [numeric('number')], 'double'),
  aggregate('MIN', 'The least value.', [anything('field')], typeOf(0)),
  aggregate('MAX', 'The greatest value.', [anything('field')], typeOf(0)),
  {
    ...aggregate('VALUES', 'The different values, each once, in order.', [anything('field')], typeOf(0)),
    returnsList: true,
  },
  {
    ...aggregate(
      'TOP',
      'So many of the least ("asc") or greatest ("desc") values, in that order; or what another field has beside them.',
      [],
      typeOf(0),
    ),
    signatures: [
      { arguments: [anything('field'), literal(integer('limit'))], result: typeOf(0) },
      { arguments: [anything('field'), literal(integer('limit')), literal(string('order'))], result: typeOf(0) },
      {
        arguments: [besides('field'), literal(integer('limit')), literal(string('order')), besides('outputField')],
        result: typeOf(3),
      },
    ],
    returnsList: true,
    refuse: refuseTop,
  },
  aggregate('MEDIAN', 'The middle value.', [numeric('number')], 'double'),
  {
    ...aggregate(
      'PERCENTILE',
      'The value below which so many of a hundred lie, interpolated.',
      [numeric('number'), literal(numeric('percentile'))],
      'double',
    ),
    refuse: refusePercentile,
  },
  aggregate('STD_DEV', 'The standard deviation of the population.', [numeric('number')], 'double'),
  aggregate('VARIANCE', 'The variance of the population.', [numeric('number')], 'double'),
  aggregate(
    'WEIGHTED_AVG',
    'The mean of numbers that count by their weights.',
    [numeric('number'), numeric('weight')],
    'double',
  ),
  aggregate('PRESENT', 'Whether there is any value.', [anything('field')], 'boolean'),
  aggregate('ABSENT', 'Whether there is no value.', [anything('field')], 'boolean'),
  aggregate('FIRST', 'The value where the second argument is least.', [anything('value'), sortKey], typeOf(0)),
  aggregate('LAST', 'The value where the second argument is greatest.', [anything('value'), sortKey], typeOf(0)),
  aggregate('MEDIAN_ABSOLUTE_DEVIATION', 'The median of the distances from the median.', [numeric('number')], 'double'),
];
