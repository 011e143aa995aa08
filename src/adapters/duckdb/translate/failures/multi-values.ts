import { ARGUMENT, ARITHMETIC, type FailureText, INVALID, overflowOf, says } from './failure.ts';
import { valueAt } from '../emitters/emitter.ts';
import { javaDoubleSql } from '../sql/java-double-sql.ts';

const overflow: FailureText = (_values, call, context) =>
  context.bind(
    call.type === 'double' ? `${ARITHMETIC} not a finite double number: Infinity` : overflowOf(call.type),
    'keyword',
  );

/** Positions outside of the list are no failure. */
const slice: FailureText = (values, _call, context) => {
  const [start, end] = [valueAt(values, 1), values[2] ?? valueAt(values, 1)];
  return (
    `CASE WHEN ${start} > ${end} THEN ${context.bind(`${INVALID} Start offset is greater than end offset`, 'keyword')} ` +
    `WHEN (${start} < 0) <> (${end} < 0) THEN ${context.bind(`${INVALID} Start and end offset have different signs`, 'keyword')} END`
  );
};

export const MULTI_VALUE_FAILURES: Readonly<Record<string, FailureText>> = {
  MV_SUM: overflow,
  MV_AVG: overflow,
  MV_PSERIES_WEIGHTED_SUM: says(`${ARITHMETIC} double overflow`),
  MV_MEDIAN_ABSOLUTE_DEVIATION: overflow,
  MV_PERCENTILE: (values, _call, context) =>
    `${context.bind(`${ARGUMENT} Percentile parameter must be a number between 0 and 100, found [`, 'keyword')} || ${javaDoubleSql(context, `CAST(${valueAt(values, 1)} AS DOUBLE)`)} || ']'`,
  MV_SLICE: slice,
};
