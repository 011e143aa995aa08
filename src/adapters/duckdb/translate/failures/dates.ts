import { type FailureText, outOfRange } from './failure.ts';
import { textArgument, valueAt } from '../emitters/emitter.ts';
import { elapsedSql } from '../emitters/dates.ts';
import { noDate } from './conversion.ts';

const DEFAULT_FORMAT = 'strict_date_optional_time';

export const DATE_FAILURES: Readonly<Record<string, FailureText>> = {
  DATE_DIFF: (values, call, context) =>
    outOfRange(context, `CAST(${elapsedSql(values, call, context)} AS VARCHAR)`, 'integer'),
  DATE_PARSE: (values, call, context) =>
    values.length === 1
      ? noDate(context, valueAt(values, 0), DEFAULT_FORMAT)
      : noDate(context, valueAt(values, 1), textArgument(call, 0)),
};
