import { MAX_MESSAGE_LENGTH } from '#ports/telemetry-rules/row-limits.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';
import { cutText } from '../cut-text.ts';
import { type OtlpOrigin, setAttribute } from './otlp-origin.ts';
import { type OtlpValue, valueText } from './otlp-value.ts';

/** What a LogRecord says, as it is read. Times are 0 where there is none. */
export interface LogDraft {
  timeMs: number;
  observedMs: number;
  severityNumber: number;
  severityText: string;
  body: OtlpValue;
  eventName: string;
  traceId: string | null;
  spanId: string | null;
  statusCode: number | null;
  durationMs: number | null;
  readonly attributes: Record<string, string>;
}

const NS_PER_MS = 1_000_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const NUMBERS_PER_LEVEL = 4;

export const createLogDraft = (origin: OtlpOrigin): LogDraft => ({
  timeMs: 0,
  observedMs: 0,
  severityNumber: 0,
  severityText: '',
  body: null,
  eventName: '',
  traceId: null,
  spanId: null,
  statusCode: null,
  durationMs: null,
  attributes: { ...origin.attributes },
});

/** The severity's level by OpenTelemetry's ranges of four; by the sender's own word where there is no number. */
const levelOf = (number: number, text: string): string | null =>
  LEVELS[Math.ceil(number / NUMBERS_PER_LEVEL) - 1] ?? (text === '' ? null : text.toLowerCase());

const numberOf = (value: OtlpValue): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

/** Fields of `logs` that senders write as attributes: Sentinel's names, OpenTelemetry's old and new, and ECS. */
const FIELDS: ReadonlyMap<string, (draft: LogDraft, number: number) => void> = new Map([
  ['status_code', (draft, number) => (draft.statusCode = number)],
  ['http.response.status_code', (draft, number) => (draft.statusCode = number)],
  ['http.status_code', (draft, number) => (draft.statusCode = number)],
  ['duration_ms', (draft, number) => (draft.durationMs = number)],
  ['event.duration', (draft, number) => (draft.durationMs = number / NS_PER_MS)],
]);

export const takeLogAttribute = (draft: LogDraft, name: string, value: OtlpValue): void => {
  const set = FIELDS.get(name);
  const number = set === undefined ? null : numberOf(value);
  if (set !== undefined && number !== null) set(draft, number);
  else setAttribute(draft.attributes, name, value);
};

/** A record without a time happened when it was observed, else when it arrived. */
export const toLogRow = (origin: OtlpOrigin, draft: LogDraft, receivedMs: number): LogRecord => {
  if (draft.eventName !== '') setAttribute(draft.attributes, 'event.name', draft.eventName);
  const message = draft.body === null ? draft.eventName : valueText(draft.body);
  return {
    timestampMs: draft.timeMs || draft.observedMs || receivedMs,
    service: origin.service,
    level: levelOf(draft.severityNumber, draft.severityText),
    message: draft.body === null && message === '' ? null : cutText(message, MAX_MESSAGE_LENGTH, draft.attributes),
    durationMs: draft.durationMs,
    traceId: draft.traceId,
    spanId: draft.spanId,
    statusCode: draft.statusCode,
    host: origin.host,
    attributes: draft.attributes,
  };
};
