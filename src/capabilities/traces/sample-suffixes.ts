const DIGITS = [...Array(16).keys()].map((digit) => digit.toString(16));

/**
 * Endings of trace ids such that about `most` of `total` traces have one of them, and never fewer than a
 * sixteenth of that; null where all fit. The end of an id is what is random in it: W3C Trace Context level 2 asks
 * for the right-most seven bytes, and other systems begin their ids with the time.
 */
export const sampleSuffixes = (anyTraceId: string, total: number, most: number): readonly string[] | null => {
  if (total <= most) return null;
  const length = Math.ceil(Math.log(total / most) / Math.log(DIGITS.length));
  const perSuffix = total / DIGITS.length ** length;
  const count = Math.min(DIGITS.length, Math.max(1, Math.floor(most / perSuffix)));
  const ending = anyTraceId.slice(-length);
  const first = DIGITS.indexOf(ending.slice(0, 1).toLowerCase());
  // An id that is no hexadecimal number says what ids here are like.
  if (first < 0) return [ending];
  return Array.from({ length: count }, (_, at) => `${DIGITS[(first + at) % DIGITS.length]}${ending.slice(1)}`);
};
