import { EsqlError } from '#esql/errors.ts';
import type { DetectionGap } from '#kernel/anomaly.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { check, type DetectionQuery } from './detection-queries.ts';

export interface AskDeps {
  readonly telemetryStore: TelemetryStore;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

export interface AskLimits {
  readonly timeoutMs: number;
}

const LIMITS: AskLimits = { timeoutMs: 10 * SECOND_MS };

export type Asked = { readonly value: QueryAnswer } | { readonly gap: DetectionGap };

/** What a fault of the telemetry store means to a responder. Throws again what is a bug of ours. */
export const gapOfFault = (error: unknown): DetectionGap => {
  if (error instanceof EsqlError) {
    return {
      kind: 'query-failed',
      service: null,
      message: 'A detection query does not fit the telemetry: check the configured condition for failed requests.',
    };
  }
  if (!isAppError(error)) throw error;
  const isReachable = error.code === 'rejected' || error.code === 'limit-exceeded' || error.code === 'not-permitted';
  return { kind: isReachable ? 'query-failed' : 'telemetry-unreachable', service: null, message: error.userMessage };
};

/** A whole answer, or why there is none: a cut answer is a gap too. */
export const ask = async (
  { telemetryStore, logger, signal }: AskDeps,
  query: DetectionQuery,
  { timeoutMs }: AskLimits = LIMITS,
): Promise<Asked> => {
  try {
    const value = await telemetryStore.query({
      query: check(query, telemetryStore.schema()),
      range: query.window,
      timeoutMs,
      purpose: 'detection',
      isUrgent: true,
      ...(signal ? { signal } : {}),
    });
    if (!value.isCut) return { value };
    return {
      gap: {
        kind: 'answer-cut',
        service: null,
        message: `More services than one answer of ${value.rows.length} rows can hold: nothing was judged.`,
      },
    };
  } catch (error) {
    const gap = gapOfFault(error);
    logger.warn({ gap: gap.kind, err: error }, 'A detection query failed');
    return { gap };
  }
};
