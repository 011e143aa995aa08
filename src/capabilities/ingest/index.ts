export { createTally, ingestLines, type IngestTally, MAX_LINE_BYTES, TooManyRejected } from './ingest-lines.ts';
export { ingestBulk } from './ingest-bulk.ts';
export { assertFewParts } from './json-parts.ts';
export { RequestTooLarge } from './request-budget.ts';
export {
  type CloudwatchOutcome,
  ingestCloudwatch,
  type IngestCloudwatchDeps,
  joinOutcomes,
} from './ingest-cloudwatch.ts';
export { ingestOtlp } from './ingest-otlp.ts';
export { createIngestStore, type IngestStore, type KeptMs } from './ingest-store.ts';
export { MalformedBody } from './otlp/malformed-body.ts';
export { otlpAnswer, type OtlpEncoding, otlpStatus } from './otlp/otlp-answer.ts';
export { OTLP_SIGNALS, type OtlpSignal } from './otlp/read-otlp.ts';
export type { BulkItem } from './read-bulk-actions.ts';
export { type Delivery, readLogsEnvelope } from './read-cloudwatch.ts';
export type { IngestRecord } from './read-record.ts';
export { INGEST_INDICES, isIngestIndex } from './record-fields.ts';
