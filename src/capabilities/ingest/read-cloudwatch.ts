import { isErrorLevel } from '#kernel/error-levels.ts';
import { findRowFault } from '#ports/telemetry-rules/find-row-fault.ts';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import { TELEMETRY_TABLES } from '#ports/telemetry-rules/telemetry-tables.ts';
import { parseObject, readObject, type JsonObject, type RecordOutcome } from './read-record.ts';
import { LOOSE_NAMES, type Scalar } from './record-fields.ts';

/** What CloudWatch Logs sends of one log stream, unpacked. */
export interface LogsEnvelope {
  /** Control messages only check that somebody listens. */
  readonly isControl: boolean;
  readonly group: string;
  readonly stream: string;
  readonly account: string;
  readonly events: readonly unknown[];
}

/** An envelope as it was delivered. */
export interface Delivery {
  readonly envelope: LogsEnvelope;
  /** A digest of it, packed: the same for one that comes again. */
  readonly key: string;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textIn = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};

/** Reads the JSON of a subscription's message; undefined if it is none. */
export const readLogsEnvelope = (text: string): LogsEnvelope | undefined => {
  const object = parseObject(text);
  if (object === undefined) return undefined;
  const type = textIn(object, 'messageType');
  const events = object['logEvents'];
  if (type === 'CONTROL_MESSAGE') return { isControl: true, group: '', stream: '', account: '', events: [] };
  if (type !== 'DATA_MESSAGE' || !Array.isArray(events)) return undefined;
  return {
    isControl: false,
    group: textIn(object, 'logGroup'),
    stream: textIn(object, 'logStream'),
    account: textIn(object, 'owner'),
    events,
  };
};

/** The last part of a log group's name: `/aws/lambda/payment` is payment. */
export const serviceOfGroup = (group: string): string =>
  group.split('/').findLast((part) => part !== '') ?? 'cloudwatch';

const ESCAPED = /[.*+?^${}()|[\]\\]/g;

/**
 * Makes what finds the first word of the filter in a line, in any case, whole or as the end of a
 * longer one (`IOException`), and gives it as the filter has it; null where there is none.
 */
export const createLineFilter = (words: readonly string[]): ((line: string) => string | null) => {
  if (words.length === 0) return () => null;
  const pattern = new RegExp(
    `(?:${words.map((word) => word.replace(ESCAPED, String.raw`\$&`)).join('|')})(?![a-z0-9_])`,
    'i',
  );
  const configured = new Map(words.map((word) => [word.toLowerCase(), word]));
  return (line) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined ? null : (configured.get(found.toLowerCase()) ?? found);
  };
};

const CRITICAL = 'critical';

/** A line that the filter finds is an error, or critical where it says so itself. */
const levelOfWord = (word: string): string => (word.toLowerCase() === CRITICAL ? CRITICAL : 'error');

/** In queries `attributes.sentinel.match`: the word of the filter that was found in the line. */
const MATCH_ATTRIBUTE = 'sentinel.match';

// A document may say itself that it is no failure: `{"level":"info","error":null}`.
const isFailure = (level: string | null): boolean => level !== null && isErrorLevel(level);

const refused = (field: string | null, reason: string) => ({ kind: 'refused', field, reason }) as const;

type CloudwatchOutcome = RecordOutcome & {
  /** The word of the filter that was found, and what the line says. */
  readonly match?: { readonly word: string; readonly text: string };
};

/**
 * Reads one event as a row of `logs` that the store takes. A message that is a JSON object is read as a
 * document, whose own time, service and level are meant; any other is the message. The log group names the
 * service. A line that holds a word of the filter is a match, unless it says itself that it is less than an error.
 */
export const readCloudwatchEvent = (
  event: unknown,
  envelope: LogsEnvelope,
  findWord: (line: string) => string | null,
): CloudwatchOutcome => {
  if (!isObject(event)) return refused('logEvents', 'the event is not an object');
  const { timestamp, message } = event;
  if (typeof timestamp !== 'number') return refused('timestamp', 'timestamp is not a number');
  if (typeof message !== 'string') return refused('message', 'message is not a string');
  const line = message.trimEnd();
  const defaults = new Map<string, Scalar>([
    ['@timestamp', timestamp],
    ['service.name', serviceOfGroup(envelope.group)],
    ['message', line],
  ]);
  const word = findWord(line);
  if (word !== null) defaults.set('level', levelOfWord(word));
  const origin = {
    'aws.log.group.names': envelope.group,
    'aws.log.stream.names': envelope.stream,
    'cloud.account.id': envelope.account,
  };
  const read = (object: JsonObject): CloudwatchOutcome => {
    const outcome = readObject({ ...object, ...origin }, 'logs', LOOSE_NAMES.logs, defaults);
    if (outcome.kind === 'refused' || outcome.record.index !== 'logs') return outcome;
    // A document whose clock is ahead of CloudWatch's own would be refused for it.
    const isAhead = outcome.record.row.timestampMs > timestamp + MAX_FUTURE_MS;
    const whole = isAhead ? { ...outcome.record.row, timestampMs: timestamp } : outcome.record.row;
    const match = word !== null && isFailure(whole.level) ? { word, text: whole.message ? whole.message : line } : null;
    const row =
      match === null ? whole : { ...whole, attributes: { ...whole.attributes, [MATCH_ATTRIBUTE]: match.word } };
    const fault = findRowFault(TELEMETRY_TABLES.logs, row);
    if (fault !== null) return refused(fault.field, fault.reason);
    return { kind: 'record', record: { index: 'logs', row }, ...(match === null ? {} : { match }) };
  };
  const document = line.startsWith('{') ? parseObject(line) : undefined;
  const whole = read(document ?? {});
  // A document that cannot be stored as one is still a line.
  return whole.kind === 'refused' && document !== undefined ? read({}) : whole;
};
