import type { IngestRecord } from '../read-record.ts';

export const OTLP_SIGNALS = ['logs', 'traces', 'metrics'] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

/** Takes what was read; `item` counts records (of metrics, data points) from 0. */
export interface OtlpSink {
  readonly receivedMs: number;
  take(record: IngestRecord, item: number): void;
  refuse(item: number, field: string | null, reason: string): void;
}

/**
 * Reads a request of OTLP record by record into a sink; it yields after each, so that whoever runs
 * it may let others have a turn, and returns how many there were. Throws MalformedBody where the
 * rest cannot be read.
 */
export type OtlpReading = Generator<void, number>;
