import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import { instantOf, type WallClock, wallClockAt } from '#kernel/zoned-time.ts';
import { condition, FAILED_SPAN, type Found, type Rule, textAt, typeOfField } from './phrase.ts';
import { readSpan } from './read-span.ts';
import { LENGTH_FOLLOWS, readTime, type SpokenTime } from './read-time.ts';

export const readTimePhrase: Rule = (words, at, ground) => {
  const time = readTime(words, at, ground);
  if (time === null) return null;
  return {
    part: { kind: 'time', time },
    means: windowInWords(time, ground.now),
    isSure: !time.isGuess,
    used: time.used,
  };
};

/** "2026-11-21 14:00 to 15:00" or "yesterday 14:00 to 15:00", by the clocks that it was said in. */
const windowInWords = ({ from, to, timeZone }: SpokenTime, now: Date): string => {
  const [start, end, today] = [wallClockAt(from, timeZone), wallClockAt(to, timeZone), wallClockAt(now, timeZone)];
  const yesterday = wallClockAt(instantOf({ ...today, day: today.day - 1, hour: 12 }, timeZone), timeZone);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = (clock: WallClock): string => `${clock.year}-${two(clock.month)}-${two(clock.day)}`;
  // Who said only a clock sees that it is not of today.
  const day = (clock: WallClock): string => (date(clock) === date(yesterday) ? 'yesterday' : date(clock));
  const clock = ({ hour, minute }: WallClock): string => `${two(hour)}:${two(minute)}`;
  const until = to >= now ? 'now' : date(start) === date(end) ? clock(end) : `${day(end)} ${clock(end)}`;
  return `${day(start)} ${clock(start)} to ${until} (${timeZone})`;
};

const LEVELS: readonly { readonly said: readonly string[]; readonly levels: readonly string[] }[] = [
  { said: ['fatal'], levels: ['fatal'] },
  { said: ['critical', 'criticals'], levels: ['critical', 'fatal'] },
  { said: ['error', 'errors', 'exception', 'exceptions', 'wrong', 'broken'], levels: ['error', 'critical', 'fatal'] },
  { said: ['warn', 'warning', 'warnings'], levels: ['warn', 'warning'] },
  { said: ['info'], levels: ['info'] },
  { said: ['debug'], levels: ['debug'] },
];
const BY_SEVERITY = ['fatal', 'critical', 'error', 'warning', 'warn', 'info', 'debug'];
const OR_WORSE = /^(?:and|or) (?:above|worse|higher|more)$/u;
const ERRORS = new Set(['error', 'critical', 'fatal']);
const LEVEL_WORDS = new Set(['level', 'severity']);

/** "errors", "level warn", "critical logs", "warnings and above", "level=error". */
export const readLevel: Rule = (words, at) => {
  let start = at;
  while (['with', 'of', 'at'].includes(textAt(words, start)) && LEVEL_WORDS.has(textAt(words, start + 1))) start += 1;
  const isLed = LEVEL_WORDS.has(textAt(words, start));
  if (isLed) start += 1;
  const said = textAt(words, start);
  const found = LEVELS.find((level) => level.said.includes(said));
  if (found === undefined) {
    if (!isLed || !/^[a-z]{2,12}$/u.test(said)) return null;
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
  const named = ['log', 'logs', 'lines', 'messages', 'entries'].includes(textAt(words, start + 1)) ? 1 : 0;
  const areErrors = levels.includes('error') && levels.every((level) => ERRORS.has(level));
  const used = start - at + 1 + (isOrWorse ? 2 : named);
  return condition('level', esql, `level ${levels.join(', ')}`, used, areErrors ? FAILED_SPAN : undefined);
};

const STATUS_WORDS = new Set(['status', 'code', 'http', 'status_code', 'returned', 'returning', 'response']);
const STATUS_NOUNS = new Set(['errors', 'error', 'responses', 'response', 'status', 'codes']);

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
  if (code === undefined || !(isLed || noun === 1 || plural === 's' || /^[45]/u.test(code))) return null;
  return condition('status', `status_code == ${code}`, `status ${code}`, used);
};

const FAILED = new Set(['failed', 'failing', 'failures', 'failure', 'unsuccessful']);
const SUCCEEDED = new Set(['successful', 'succeeded', 'ok']);
const REQUESTS = new Set(['requests', 'request', 'calls', 'transactions']);

/** "failed requests", "failures", "successful requests", "requests". */
export const readOutcome: Rule = (words, at, { failedExpression }) => {
  const said = textAt(words, at);
  const followed = REQUESTS.has(textAt(words, at + 1));
  const isRate = textAt(words, at + 1) === 'rate';
  if (FAILED.has(said) && !isRate) {
    const esql = `duration_ms IS NOT NULL AND (${failedExpression})`;
    return condition('outcome', esql, 'failed requests', followed ? 2 : 1, FAILED_SPAN);
  }
  if (SUCCEEDED.has(said) && followed) {
    const esql = `duration_ms IS NOT NULL AND NOT (${failedExpression})`;
    return condition('outcome', esql, 'requests that did not fail', 2, `NOT (${FAILED_SPAN})`);
  }
  if (REQUESTS.has(said) && !isRate) return condition('outcome', 'duration_ms IS NOT NULL', 'requests', 1);
  return null;
};

const SLOWER = new Set(['slower', 'longer', 'more', 'greater']);
const FASTER = new Set(['faster', 'less', 'shorter', 'quicker']);

/** "slower than 2 s", "took more than 500ms", "over 2 seconds", "faster than 10 ms". */
export const readDuration: Rule = (words, at) => {
  let start = at;
  while (
    ['taking', 'took', 'that', 'which', 'lasting', 'lasted', 'with', 'latency', 'duration'].includes(
      textAt(words, start),
    ) &&
    start < at + 3
  )
    start += 1;
  const word = textAt(words, start);
  const than = textAt(words, start + 1) === 'than' ? 1 : 0;
  const isSlower = (SLOWER.has(word) && than === 1) || ['over', 'above', '>'].includes(word);
  const isFaster = (FASTER.has(word) && than === 1) || ['under', 'below', '<'].includes(word);
  const glued = /^([<>])(\d.*)$/u.exec(word);
  const next = glued
    ? [{ typed: glued[2] ?? '', text: glued[2] ?? '', isQuoted: false }, ...words.slice(start + 1)]
    : null;
  if (!isSlower && !isFaster && glued === null) return null;
  const span = next === null ? readSpan(words, start + 1 + than) : readSpan(next, 0);
  if (span === null) return null;
  const operator = isSlower || glued?.[1] === '>' ? '>' : '<';
  const used = start - at + (next === null ? 1 + than : 0) + span.used;
  return condition(
    'duration',
    `duration_ms ${operator} ${span.ms}`,
    `${operator === '>' ? 'slower' : 'faster'} than ${span.esql}`,
    used,
  );
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

const COMPARISON = /^([a-z_@][\w.@-]*?)(==|=|!=|>=|<=|>|<|:)(.+)$/iu;
const NUMBER_TYPES = new Set(['integer', 'long', 'double']);

/** "status_code=503", "attributes.region:eu", "duration_ms>500": a field that telemetry has. */
export const readField: Rule = (words, at, { schema }) => {
  const match = COMPARISON.exec(words[at]?.isQuoted === false ? words[at].typed : '');
  if (!match) return null;
  const [, said = '', sign = '', value = ''] = match;
  const name = [said, `attributes.${said}`].find((candidate) => typeOfField(schema, candidate) !== undefined);
  if (name === undefined) return unknownField(said);
  const type = typeOfField(schema, name) ?? '';
  const operator = sign === '=' || sign === ':' ? '==' : sign;
  const isNumber = NUMBER_TYPES.has(type);
  if (isNumber && !/^-?\d{1,15}(?:\.\d{1,9})?$/u.test(value)) return null;
  const literal = isNumber ? value : type === 'boolean' ? String(value === 'true') : printString(value);
  const esql = `${quoteName(name)} ${operator} ${literal}`;
  return {
    part: { kind: 'condition', about: 'field', field: name, esql },
    means: `${name} ${operator} ${value}`,
    isSure: true,
    used: 1,
  };
};

const unknownField = (name: string): Found => ({
  part: { kind: 'noise' },
  means: `no field is called ${name}`,
  isSure: false,
  used: 1,
});
