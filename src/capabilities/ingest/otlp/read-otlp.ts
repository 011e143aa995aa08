import type { IngestRecord } from '../read-record.ts';
import type { OtlpOrigin } from './otlp-origin.ts';

export const OTLP_SIGNALS = ['logs', 'traces', 'metrics'] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

/** Takes what was read; `item` counts records (of metrics, data points) from 0. */
export interface OtlpSink {
  readonly receivedMs: number;
  /**
   * Told before a resource (null), a scope or metric, a record, or a part of one that becomes a row is read, with the
   * origin that is copied for it. It throws where the request brings too much.
   */
  begin(origin: OtlpOrigin | null): void;
  /** `hasOwnTime`: the time is the sender's, not that of the receipt. */
  take(record: IngestRecord, item: number, hasOwnTime: boolean): void;
  refuse(item: number, field: string | null, reason: string): void;
}

/**
 * Reads a request of OTLP record by record into a sink; it yields after each, and for each
 * resource and scope, so that whoever runs it may let others have a turn, and returns how many there were. Throws MalformedBody where the
 * rest cannot be read.
 */
export type OtlpReading = Generator<void, number>;
