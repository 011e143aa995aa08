import { printString } from '#esql/print/print-expression.ts';
import { ERROR_LEVELS } from '#kernel/error-levels.ts';
import { nearestNames } from '#kernel/nearest-names.ts';
import { instantOf, type WallClock, wallClockAt } from '#kernel/zoned-time.ts';
import { ANSWERED_SPAN, condition, FAILED_SPAN, type Found, type Rule, textAt } from './phrase.ts';
import type { Word } from './read-words.ts';
import { LENGTH_FOLLOWS, readTime, type SpokenTime } from './read-time.ts';

export const readTimePhrase: Rule = (words, at, ground) => {
  const time = readTime(words, at, ground);
  if (time === null) return null;
  const isOwn =
    /^(?:my|our|local)$/u.test(textAt(words, at + time.used)) && textAt(words, at + time.used + 1) === 'time';
  return {
    part: { kind: 'time', time },
    means: windowInWords(time, ground.now),
    isSure: !time.isGuess && time.from <= ground.now,
    used: time.used + (isOwn ? 2 : 0),
  };
};

/** "2026-11-21 14:00 to 15:00" or "yesterday 14:00 to 15:00", by the clocks that it was said in. */
const windowInWords = ({ from, to, timeZone, inWords }: SpokenTime, now: Date): string => {
  const [start, end, today] = [wallClockAt(from, timeZone), wallClockAt(to, timeZone), wallClockAt(now, timeZone)];
  const yesterday = wallClockAt(instantOf({ ...today, day: today.day - 1, hour: 12 }, timeZone), timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = (clock: WallClock): string => `${clock.year}-${two(clock.month)}-${two(clock.day)}`;
  // Who said only a clock sees that it is not of today.
  const day = (clock: WallClock): string => (date(clock) === date(yesterday) ? 'yesterday' : date(clock));
  const clock = ({ hour, minute }: WallClock): string => `${two(hour)}:${two(minute)}`;
  if (from > now) return `${date(start)} ${clock(start)} (${timeZone}) is still to come`;
  const until = to >= now ? 'now' : date(start) === date(end) ? clock(end) : `${day(end)} ${clock(end)}`;
  return `${inWords === null ? '' : `${inWords}, `}${day(start)} ${clock(start)} to ${until} (${timeZone})`;
};

const LEVELS: readonly { readonly said: readonly string[]; readonly levels: readonly string[] }[] = [
  { said: ['fatal'], levels: ['fatal'] },
  { said: ['critical', 'criticals'], levels: ['critical', 'fatal'] },
  {
    said: ['error', 'errors', 'err', 'errs', 'exception', 'exceptions', 'wrong', 'broken'],
    levels: ERROR_LEVELS,
  },
  { said: ['warn', 'warning', 'warnings'], levels: ['warn', 'warning'] },
  { said: ['info'], levels: ['info'] },
  { said: ['debug'], levels: ['debug'] },
];
const LINES = new Set(['log', 'logs', 'lines', 'messages', 'entries']);
const WORSE = new Set(['fatal', 'critical']);
const BY_SEVERITY = ['fatal', 'critical', 'error', 'warning', 'warn', 'info', 'debug'];
const OR_WORSE = /^(?:and|or) (?:above|worse|higher|more)$/u;
const LEVEL_WORDS = new Set(['level', 'severity']);

/** Asked about; null: it is a level, or near none. */
export const readMisspeltLevel = (said: string, used: number): Found | null => {
  const [near] = BY_SEVERITY.includes(said) ? [] : nearestNames(said, BY_SEVERITY);
  if (near === undefined) return null;
  const found = condition('level', `level == ${printString(near)}`, `is it level ${near}?`, used);
  return { ...found, isSure: false };
};

/** "errors", "level warn", "critical logs", "warnings and above", "level=error". */
export const readLevel = (words: readonly Word[], at: number): Found | null => {
  let start = at;
  while (['with', 'of', 'at'].includes(textAt(words, start)) && LEVEL_WORDS.has(textAt(words, start + 1))) start += 1;
  const isLed = LEVEL_WORDS.has(textAt(words, start));
  if (isLed) start += 1;
  const said = textAt(words, start);
  const found = LEVELS.find((level) => level.said.includes(said));
  if (found === undefined) {
    if (!isLed || !/^[a-z]{2,12}$/u.test(said)) return null;
    const meant = readMisspeltLevel(said, start + 1 - at);
    if (meant !== null) return meant;
    return condition('level', `level == ${printString(said)}`, `level ${said}`, start + 1 - at);
  }
  const isOrWorse = OR_WORSE.test(`${textAt(words, start + 1)} ${textAt(words, start + 2)}`);
  const levels = isOrWorse
    ? BY_SEVERITY.slice(0, Math.max(...found.levels.map((level) => BY_SEVERITY.indexOf(level))) + 1)
    : isLed && said !== 'warn' && said !== 'warning'
      ? [said]
      : found.levels;
  const printed = levels.map((level) => printString(level));
  const esql = printed.length === 1 ? `level == ${printed[0] ?? ''}` : `level IN (${printed.join(', ')})`;
  const noun = textAt(words, start + 1);
  // "fatal errors" are no others.
  const named = LINES.has(noun) || (WORSE.has(said) && ERROR_NOUNS.has(noun)) ? 1 : 0;
  const areErrors = levels.includes('error') && levels.every((level) => ERROR_LEVELS.includes(level));
  const used = start - at + 1 + (isOrWorse ? 2 : named);
  return condition('level', esql, `level ${levels.join(', ')}`, used, areErrors ? FAILED_SPAN : undefined);
};

const STATUS_WORDS = new Set([
  'status',
  'code',
  'http',
  'status_code',
  'return',
  'returns',
  'returned',
  'returning',
  'response',
]);
const STATUS_NOUNS = new Set(['errors', 'error', 'responses', 'response', 'status', 'codes']);

const IS_NOT = new Set(['not', "isn't", '<>']);

/** "status not 200" */
export const readStatusNot: Rule = (words, at) => {
  if (!STATUS_WORDS.has(textAt(words, at)) || !IS_NOT.has(textAt(words, at + 1))) return null;
  const found = statusOf(textAt(words, at + 2));
  if (found?.part.kind !== 'condition') return null;
  return { ...found, part: { ...found.part, isNegated: true }, means: `not ${found.means ?? ''}`, used: 3 };
};

/** "5xx", "500s", "503s", "status 503", "http 404 responses". */
export const readStatus: Rule = (words, at) => {
  let start = at;
  while (
    start < at + 3 &&
    (STATUS_WORDS.has(textAt(words, start)) || (start === at && textAt(words, start) === 'with'))
  )
    start += 1;
  const isLed = start > at && textAt(words, at) !== 'with';
  const said = textAt(words, start);
  const group = /^([1-5])(?:xx|00s)$/u.exec(said);
  const [, code, plural] = /^([1-5]\d{2})(s?)$/u.exec(said) ?? [];
  // "after 300s" is a length of time.
  if (
    said.endsWith('s') &&
    start === at &&
    LENGTH_FOLLOWS.has(textAt(words, at - 1)) &&
    textAt(words, at - 1) !== 'about'
  )
    return null;
  const noun = STATUS_NOUNS.has(textAt(words, start + 1)) ? 1 : 0;
  const used = start - at + 1 + noun;
  if (group) {
    const [low, high] = [Number(group[1]) * 100, (Number(group[1]) + 1) * 100];
    const esql = `status_code >= ${low} AND status_code < ${high}`;
    return condition('status', esql, `status ${low} to ${high - 1}`, used, low === 500 ? FAILED_SPAN : undefined);
  }
  // "p99 > 500" is no status.
  if (!isLed && BOUNDS.has(textAt(words, at - 1))) return null;
  const isFailure = code !== undefined && /^[45]/u.test(code);
  // "100 errors" are so many of them; of 200 nobody says that they are errors.
  const isNamed = isFailure || (noun === 1 && !ERROR_NOUNS.has(textAt(words, start + 1)));
  if (code === undefined || !(isLed || isNamed || plural === 's')) return null;
  const found = { ...statusIs(code), used };
  if (isLed || plural === 's' || !ROW_NOUNS.has(textAt(words, start + 1))) return found;
  if (!USUAL_FAILURES.has(Number(code))) return null;
  if (Number(code) % 100 !== 0) return found;
  return { ...found, means: `status ${code} (for ${code} rows: “limit ${code}”)`, isSure: false };
};

const BOUNDS = new Set(['>', '<', '>=', '<=', 'over', 'above', 'under', 'below', 'than']);
const ERROR_NOUNS = new Set(['error', 'errors']);
/** "500 lines" may be so many of them. */
const ROW_NOUNS = new Set(
  'log logs line lines row rows entries messages request requests reqs calls events'.split(' '),
);
// Of RFC 9110 and what proxies and clouds answer besides: 499, 520 and on.
const USUAL_FAILURES: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 425,
  426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 523, 524, 525, 526, 529,
  530,
]);

const statusIs = (code: string): Found => condition('status', `status_code == ${code}`, `status ${code}`, 1);

/** "200" where nothing but a status can be meant. */
export const statusOf = (said: string): Found | null => (/^[1-5]\d{2}$/u.test(said) ? statusIs(said) : null);

const FAILED = new Set(['failed', 'fail', 'fails', 'failing', 'failures', 'failure', 'unsuccessful']);
const SUCCEEDED = new Set(['successful', 'succeeded', 'ok']);
const REQUESTS = new Set(['requests', 'request', 'reqs', 'req', 'calls', 'transactions']);

/** "failed requests", "failures", "successful requests", "requests". */
export const readOutcome: Rule = (words, at, { failedExpression }) => {
  const said = textAt(words, at);
  const followed = REQUESTS.has(textAt(words, at + 1));
  const isRate = textAt(words, at + 1) === 'rate';
  if (FAILED.has(said) && !isRate) {
    const esql = `duration_ms IS NOT NULL AND (${failedExpression})`;
    const ofSpans = followed ? `${ANSWERED_SPAN} AND ${FAILED_SPAN}` : FAILED_SPAN;
    return condition('outcome', esql, 'failed requests', followed ? 2 : 1, ofSpans);
  }
  if (SUCCEEDED.has(said) && followed) {
    const esql = `duration_ms IS NOT NULL AND NOT (${failedExpression})`;
    return condition('outcome', esql, 'requests that did not fail', 2, `${ANSWERED_SPAN} AND NOT (${FAILED_SPAN})`);
  }
  if (REQUESTS.has(said) && !isRate)
    return condition('outcome', 'duration_ms IS NOT NULL', 'requests', 1, ANSWERED_SPAN);
  return null;
};

/** "host web-1", "on host web-1", "trace 4bf9…", or 32 hexadecimal digits alone. */
export const readIdentity: Rule = (words, at) => {
  const led = ['on', 'from', 'of', 'with', 'for'].includes(textAt(words, at)) ? 1 : 0;
  const kind = textAt(words, at + led);
  const id = /^(?:trace\.?id|trace|traceid)$/u.test(kind) ? textAt(words, at + led + 1) : kind;
  if (/^[0-9a-f]{32}$/u.test(id)) {
    // A question is of some time, that command of all that is kept.
    const means = `that trace (whole: /sentinel trace ${id})`;
    return condition('trace', `trace.id == ${printString(id)}`, means, led + (id === kind ? 1 : 2));
  }
  const host = words[at + led + 1];
  if (!['host', 'pod', 'node', 'machine', 'server'].includes(kind) || host === undefined || !/[\d.-]/u.test(host.typed))
    return null;
  return condition('host', `host.name == ${printString(host.typed)}`, `host ${host.typed}`, led + 2);
};
