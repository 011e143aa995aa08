import { refuseText } from './arguments.ts';
import { always, datetime, literal, scalar, span, string, typeOf } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';
import { dateFieldOfName, dateUnitOfName } from './date-units.ts';
import { datePatternProblem, readDateFormats, readDatePattern } from './date-patterns.ts';
import { isZone } from '../values/zones.ts';

const refusePattern =
  (use: 'format' | 'parse'): NonNullable<FunctionDefinition['refuse']> =>
  (values) =>
    values.length < 2 ? undefined : refuseText(0, (pattern) => datePatternProblem(pattern, use))(values);

/** Whether a pattern reads words that differ between languages. */
const namesWords = (format: string): boolean =>
  readDateFormats(format).some(
    (one) =>
      one.kind === 'pattern' &&
      readDatePattern(one.pattern)?.some(
        (piece) =>
          piece.kind === 'field' && (/[EaBG]/.test(piece.letter) || (/[ML]/.test(piece.letter) && piece.width > 2)),
      ) === true,
  );

const isSpan =
  (type: 'date_period' | 'time_duration', words: string): NonNullable<FunctionDefinition['refuse']> =>
  ([value]) =>
    value?.type === type || value?.type === 'null'
      ? undefined
      : {
          at: 0,
          message: `a ${type} is told in ${words}, e.g. TO_${type === 'date_period' ? 'DATEPERIOD("3 days")' : 'TIMEDURATION("3 hours")'}`,
        };

const spanConversion = (
  name: string,
  description: string,
  type: 'date_period' | 'time_duration',
  words: string,
): FunctionDefinition => ({
  ...scalar(name, description, [{ name: 'span', accepts: ['time span'] }], 'null'),
  refuse: isSpan(type, words),
  fold: ([value]) => value,
});

export const DATES: readonly FunctionDefinition[] = [
  scalar('NOW', 'The instant at which the query began.', [], 'date'),
  {
    ...scalar(
      'DATE_TRUNC',
      'The start of the span of time that a date falls into.',
      [span('interval'), datetime('date')],
      typeOf(1),
    ),
    refuse: ([interval]) =>
      interval?.kind === 'span' && interval.amount <= 0
        ? { at: 0, message: 'Zero or negative time interval is not supported' }
        : undefined,
  },
  {
    ...scalar(
      'DATE_DIFF',
      'How many whole units have elapsed from one date to another, toward zero.',
      [literal(string('unit')), datetime('start'), datetime('end')],
      'integer',
    ),
    refuse: refuseText(0, (unit) =>
      dateUnitOfName(unit)
        ? undefined
        : `Received value [${unit}] for the unit is not one of year, quarter, month, week, day, hour, minute, second, millisecond and their short forms`,
    ),
  },
  {
    ...scalar(
      'DATE_EXTRACT',
      'A part of a date, e.g. hour_of_day; Monday is day 1 of the week.',
      [literal(string('part')), datetime('date')],
      'long',
    ),
    refuse: refuseText(0, (part) => (dateFieldOfName(part) ? undefined : `invalid date field [${part}]`)),
  },
  scalar('YEAR', 'The year of a date.', [datetime('date')], 'long'),
  scalar('MONTH', 'The month of a date, from 1.', [datetime('date')], 'long'),
  scalar('DAY', 'The day of the month of a date, from 1.', [datetime('date')], 'long'),
  scalar('HOUR', 'The hour of a date, from 0 to 23.', [datetime('date')], 'long'),
  scalar('DAY_NAME', 'The name of the day of the week, in English.', [datetime('date')], 'keyword'),
  scalar('MONTH_NAME', 'The name of the month, in English.', [datetime('date')], 'keyword'),
  spanConversion(
    'TO_DATEPERIOD',
    'A text like "3 days" as a span of the calendar.',
    'date_period',
    'days, weeks, months, quarters or years',
  ),
  spanConversion(
    'TO_TIMEDURATION',
    'A text like "3 hours" as a length of time.',
    'time_duration',
    'hours, minutes, seconds or milliseconds',
  ),
  {
    name: 'DATE_FORMAT',
    kind: 'scalar',
    description: 'A date as text, by a pattern like yyyy-MM-dd HH:mm, or ISO 8601.',
    signatures: [
      { arguments: [datetime('date')], result: always('keyword') },
      { arguments: [literal(string('pattern')), datetime('date')], result: always('keyword') },
    ],
    refuse: refusePattern('format'),
  },
  {
    name: 'DATE_PARSE',
    kind: 'scalar',
    description:
      'The date that a text tells by a pattern like yyyy-MM-dd; null if the text does not match it as a whole.',
    signatures: [
      { arguments: [string('string')], result: always('date') },
      { arguments: [literal(string('pattern')), string('string')], result: always('date') },
    ],
    refuse: refusePattern('parse'),
    firstWithOptions: 'strict_date_optional_time',
    options: [
      {
        name: 'time_zone',
        byDefault: 'Z',
        accepts: isZone,
        values: 'a zone like Europe/Paris or +02:00, of texts that name none',
      },
      {
        name: 'locale',
        byDefault: 'en-US',
        accepts: (value) => /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i.test(value),
        values: 'a language like en-US; others than English where the pattern has digits only',
      },
    ],
    refuseOptions: ([pattern], [, locale = '']) => {
      const hasWords = pattern?.kind === 'literal' && namesWords(String(pattern.value));
      return hasWords && !/^en\b/i.test(locale.replace('_', '-'))
        ? `[DATE_PARSE] reads names of months and days in English only, not in [locale] [${locale}]`
        : undefined;
    },
  },
];
