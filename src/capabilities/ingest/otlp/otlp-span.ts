import { MAX_KEYWORD_LENGTH } from '#ports/telemetry-rules/row-limits.ts';
import type { SpanRecord } from '#ports/telemetry-store.ts';
import { cutText } from '../cut-text.ts';
import { type OtlpOrigin, setAttribute } from './otlp-origin.ts';
import type { OtlpValue } from './otlp-value.ts';

/** What a Span says, as it is read. */
export interface SpanDraft {
  traceId: string | null;
  spanId: string | null;
  parentId: string | null;
  name: string;
  kind: number;
  startMs: number;
  endMs: number;
  /** Nanoseconds of start and end beyond their milliseconds. */
  startRestNs: number;
  endRestNs: number;
  statusCode: number;
  statusMessage: string;
  peerService: string | null;
  readonly attributes: Record<string, string>;
}

const NS_PER_MS = 1_000_000;
// By the numbers of SpanKind and StatusCode; an unspecified kind is internal.
const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;
// What tells of an exception; the stack stays in the service's own logs.
const EXCEPTION = 'exception';

export const createSpanDraft = (origin: OtlpOrigin): SpanDraft => ({
  traceId: null,
  spanId: null,
  parentId: null,
  name: '',
  kind: 0,
  startMs: 0,
  endMs: 0,
  startRestNs: 0,
  endRestNs: 0,
  statusCode: 0,
  statusMessage: '',
  peerService: null,
  attributes: { ...origin.attributes },
});

export const takeSpanAttribute = (draft: SpanDraft, name: string, value: OtlpValue): void => {
  if ((name === 'peer.service' || name === 'service.peer.name') && typeof value === 'string') draft.peerService = value;
  else setAttribute(draft.attributes, name, value);
};

/** Of a span's events the exceptions are kept, as attributes of the span; the last one is told. */
export const takeSpanEvent = (
  draft: SpanDraft,
  eventName: string,
  attributes: ReadonlyMap<string, OtlpValue>,
): void => {
  if (eventName !== EXCEPTION) return;
  for (const name of ['exception.type', 'exception.message']) {
    setAttribute(draft.attributes, name, attributes.get(name) ?? null);
  }
};

export const toSpanRow = (origin: OtlpOrigin, draft: SpanDraft): SpanRecord => {
  if (draft.statusMessage !== '') setAttribute(draft.attributes, 'otel.status_description', draft.statusMessage);
  return {
    timestampMs: draft.startMs,
    // What is required and missing is left to the store, which refuses the row and names the field.
    traceId: draft.traceId ?? '',
    spanId: draft.spanId ?? '',
    parentId: draft.parentId,
    service: origin.service,
    name: cutText(draft.name, MAX_KEYWORD_LENGTH, draft.attributes),
    kind: KINDS[draft.kind] ?? 'internal',
    peerService: draft.peerService,
    durationMs: draft.endMs - draft.startMs + (draft.endRestNs - draft.startRestNs) / NS_PER_MS,
    status: STATUSES[draft.statusCode] ?? 'unset',
    attributes: draft.attributes,
  };
};
