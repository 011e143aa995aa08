// Trace ids are random hexadecimal digits (W3C Trace Context, "trace-id").
const DIGIT_VALUES = 16;

// What may stand in an ES|QL string and a LIKE pattern without a second meaning.
const PLAIN_START = /^[0-9A-Za-z_-]*/;

/**
 * Leading characters of a trace id such that the traces that begin with them hold about
 * `maxRows` of `totalRows` rows or fewer; empty if all rows fit.
 */
export const tracePrefix = (anyTraceId: string, totalRows: number, maxRows: number): string => {
  const length = totalRows <= maxRows ? 0 : Math.ceil(Math.log(totalRows / maxRows) / Math.log(DIGIT_VALUES));
  return longerPrefix(anyTraceId, length);
};

export const longerPrefix = (anyTraceId: string, length: number): string =>
  PLAIN_START.exec(anyTraceId.slice(0, length))?.[0] ?? '';
