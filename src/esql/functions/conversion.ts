import { parseIsoNanos } from '../values/date-nanos.ts';
import { parseIsoDate } from '../values/iso-date.ts';
import { encodeVersion } from '../values/version.ts';
import { textOf } from './arguments.ts';
import { anything, scalar } from './definition.ts';
import type { Argument, ArgumentType, FunctionDefinition } from './definition.ts';
import type { FieldType } from '../schema.ts';

const from = (...accepts: readonly ArgumentType[]): Argument => ({ name: 'field', accepts });

const conversion = (
  name: string,
  aliases: readonly string[],
  description: string,
  argument: Argument,
  result: FieldType,
): FunctionDefinition => ({ ...scalar(name, description, [argument], result), aliases, multiValues: 'each' });

// So that what takes a constant date takes this one.
const foldDate: NonNullable<FunctionDefinition['fold']> = ([text]) => {
  const value = parseIsoDate(textOf(text) ?? '');
  return value === undefined ? undefined : { kind: 'literal', type: 'date', value };
};

const foldNanos: NonNullable<FunctionDefinition['fold']> = ([text]) => {
  const value = parseIsoNanos(textOf(text) ?? '');
  return value === undefined ? undefined : { kind: 'literal', type: 'date_nanos', value };
};

const foldVersion: NonNullable<FunctionDefinition['fold']> = ([value]) => {
  const text = value?.type === 'version' ? undefined : textOf(value);
  return text === undefined ? undefined : { kind: 'literal', type: 'version', value: encodeVersion(text) };
};

/** A failed conversion is null. */
export const CONVERSIONS: readonly FunctionDefinition[] = [
  conversion(
    'TO_INTEGER',
    ['TO_INT'],
    'A number, string, boolean or date as integer; halves are rounded up.',
    from('numeric', 'string', 'boolean', 'datetime'),
    'integer',
  ),
  conversion(
    'TO_LONG',
    [],
    'A number, string, boolean or date as long; halves are rounded up; a date is milliseconds since 1970.',
    from('numeric', 'string', 'boolean', 'datetime'),
    'long',
  ),
  conversion(
    'TO_DOUBLE',
    ['TO_DBL'],
    'A number, string, boolean or date as double.',
    from('numeric', 'string', 'boolean', 'datetime'),
    'double',
  ),
  conversion('TO_STRING', ['TO_STR'], 'Any value as keyword; a date as ISO 8601.', anything('field'), 'keyword'),
  conversion(
    'TO_BOOLEAN',
    ['TO_BOOL'],
    'True of "true" in any case and of any number but 0.',
    from('boolean', 'numeric', 'string'),
    'boolean',
  ),
  {
    ...conversion(
      'TO_DATETIME',
      ['TO_DT'],
      'An ISO 8601 string or milliseconds since 1970 as date.',
      from('datetime', 'numeric', 'string'),
      'date',
    ),
    fold: foldDate,
  },
  conversion(
    'TO_UNSIGNED_LONG',
    ['TO_UL', 'TO_ULONG'],
    'A number, string, boolean or date as a whole number from 0 to 18446744073709551615; fractions are cut.',
    from('numeric', 'string', 'boolean', 'datetime'),
    'unsigned_long',
  ),
  {
    ...conversion(
      'TO_DATE_NANOS',
      ['TO_DATENANOS'],
      'An ISO 8601 string, a date, or nanoseconds since 1970 as a date with nanoseconds.',
      from('datetime', 'numeric', 'string'),
      'date_nanos',
    ),
    fold: foldNanos,
  },
  {
    ...conversion(
      'TO_VERSION',
      ['TO_VER'],
      'A version, which is ordered by its numbers.',
      from('version', 'string'),
      'version',
    ),
    fold: foldVersion,
  },
  {
    ...conversion('TO_IP', [], 'An IPv4 or IPv6 address.', from('ip', 'string'), 'ip'),
    options: [
      {
        name: 'leading_zeros',
        byDefault: 'reject',
        accepts: (value) => /^(?:reject|octal|decimal)$/.test(value),
        values: 'reject, octal or decimal',
      },
    ],
  },
];
