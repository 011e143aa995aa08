const DECIMAL = '0123456789';
const HEXADECIMAL = `${DECIMAL}abcdef`;
// Several, so that what one of them happens to stand for does not decide what is seen.
const LEAST_ENDINGS = 4;

/**
 * Endings of one length of trace ids, spread evenly, such that about `most` of `total` traces have one of them,
 * and never fewer than three quarters of that; null where all fit. The end of an id is what is random in it: W3C
 * Trace Context level 2 asks for the right-most seven bytes, and other systems begin their ids with the time. An
 * id that ends in no digit says what ids here are like, and its own ending is the only one.
 */
export const sampleSuffixes = (anyTraceId: string, total: number, most: number): readonly string[] | null => {
  if (total <= most) return null;
  const digits = /^\d+$/u.test(anyTraceId) ? DECIMAL : HEXADECIMAL;
  const base = digits.length;
  const length = Math.ceil(Math.log((LEAST_ENDINGS * total) / most) / Math.log(base));
  const endings = base ** length;
  const count = Math.floor((most / total) * endings);
  const ending = anyTraceId.slice(-length);
  const first = Number.parseInt(ending, base);
  if (ending.length < length || ![...ending.toLowerCase()].every((digit) => digits.includes(digit))) return [ending];
  const isUpper = /[A-F]/u.test(anyTraceId);
  return Array.from({ length: count }, (_, at) => {
    const spread = ((first + Math.floor((at * endings) / count)) % endings).toString(base).padStart(length, '0');
    return isUpper ? spread.toUpperCase() : spread;
  });
};
