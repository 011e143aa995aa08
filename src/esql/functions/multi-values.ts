import { always, anything, integer, list, literal, numeric, scalar, shared, string, typeOf } from './definition.ts';
import type { Argument, FunctionDefinition } from './definition.ts';
import { textOf } from './arguments.ts';

const values = list(anything('field'));
const numbers = list(numeric('number'));

const ofList = (
  name: string,
  description: string,
  argument: Argument,
  result: Parameters<typeof scalar>[3] = typeOf(0),
): FunctionDefinition => scalar(name, description, [argument], result);

const toList = (definition: FunctionDefinition): FunctionDefinition => ({ ...definition, returnsList: true });

const refuseOrder: NonNullable<FunctionDefinition['refuse']> = ([, order]) => {
  const text = textOf(order);
  if (text === undefined || /^(?:asc|desc)$/i.test(text)) return undefined;
  return { at: 1, message: `Invalid order value [${text}], expected one of [ASC, DESC]` };
};

/** Of all values that a row holds; a single value is a list of one, and null stays null. */
export const MULTI_VALUE_FUNCTIONS: readonly FunctionDefinition[] = [
  ofList('MV_COUNT', 'How many values there are.', values, 'integer'),
  ofList('MV_MIN', 'The least value.', values),
  ofList('MV_MAX', 'The greatest value.', values),
  ofList('MV_FIRST', 'The first value as they are stored.', values),
  ofList('MV_LAST', 'The last value as they are stored.', values),
  ofList('MV_SUM', 'The sum of the values, in their type.', numbers),
  ofList('MV_AVG', 'The mean of the values.', numbers, 'double'),
  ofList('MV_MEDIAN', 'The middle value, in their type; whole numbers are rounded down.', numbers),
  ofList('MV_MEDIAN_ABSOLUTE_DEVIATION', 'The median of the distances from the median, in their type.', numbers),
  scalar(
    'MV_PERCENTILE',
    'The value below which so many of a hundred lie, interpolated, in their type.',
    [numbers, numeric('percentile')],
    typeOf(0),
  ),
  scalar(
    'MV_PSERIES_WEIGHTED_SUM',
    'The sum of the values, each divided by its place, from 1, to the power of p.',
    [list(numeric('number')), numeric('p')],
    'double',
  ),
  toList(ofList('MV_DEDUPE', 'The values, each once.', values)),
  toList({
    name: 'MV_SORT',
    kind: 'scalar',
    description: 'The values in order; "DESC" as the second argument for the greatest first.',
    signatures: [
      { arguments: [values], result: typeOf(0) },
      { arguments: [values, literal(string('order'))], result: typeOf(0) },
    ],
    refuse: refuseOrder,
  }),
  scalar(
    'MV_CONCAT',
    'The strings joined to one by a delimiter.',
    [list(string('string')), string('delimiter')],
    'keyword',
  ),
  toList({
    name: 'MV_SLICE',
    kind: 'scalar',
    description: 'The values from one position to another, both included; from 0, or from the end if negative.',
    signatures: [
      { arguments: [values, integer('start')], result: typeOf(0) },
      { arguments: [values, integer('start'), integer('end')], result: typeOf(0) },
    ],
  }),
  toList({
    name: 'MV_ZIP',
    kind: 'scalar',
    description: 'The strings of two fields joined in pairs, by a comma or another delimiter.',
    signatures: [
      { arguments: [list(string('left')), list(string('right'))], result: always('keyword') },
      { arguments: [list(string('left')), list(string('right')), string('delimiter')], result: always('keyword') },
    ],
  }),
  toList(
    scalar(
      'MV_APPEND',
      'The values of two fields; null if either has none.',
      [shared(list(anything('first'))), shared(list(anything('second')))],
      typeOf(0),
    ),
  ),
  toList(
    scalar(
      'MV_UNION',
      'The values of either field, each once; no value is an empty set.',
      [shared(list(anything('first'))), shared(list(anything('second')))],
      typeOf(0),
    ),
  ),
  toList(
    scalar(
      'MV_INTERSECTION',
      'The values that both fields have, each once.',
      [shared(list(anything('first'))), shared(list(anything('second')))],
      typeOf(0),
    ),
  ),
  toList(
    scalar(
      'MV_DIFFERENCE',
      'The values of the first field that the second does not have, each once.',
      [shared(list(anything('first'))), shared(list(anything('second')))],
      typeOf(0),
    ),
  ),
  scalar(
    'MV_INTERSECTS',
    'Whether the fields have any value in common.',
    [shared(list(anything('first'))), shared(list(anything('second')))],
    'boolean',
  ),
  scalar(
    'MV_CONTAINS',
    'Whether the first field has every value of the second.',
    [shared(list(anything('superset'))), shared(list(anything('subset')))],
    'boolean',
  ),
];
