import { parseDurationMs } from '#kernel/duration.ts';

export interface ServiceQuestionWords {
  /** Null: that of the incident in whose thread it was asked. */
  readonly service: string | null;
  /** Until now; null where no time was named. */
  readonly windowMs: number | null;
}

const WINDOW = /(?:^|\s)(?:since|for|last|in the last|over)?\s*(\d+(?:\.\d+)?\s*(?:s|min|m|h|d))$/iu;

/** Reads `payment-service`, `payment-service since 30m`, `payment-service last 2 h`, or nothing. */
export const parseServiceQuestion = (text: string): ServiceQuestionWords => {
  const match = WINDOW.exec(text);
  const windowMs = match === null ? null : (parseDurationMs((match[1] ?? '').toLowerCase()) ?? null);
  const service = (match === null ? text : text.slice(0, match.index)).trim().replace(/^["'`]+|["'`]+$/gu, '');
  return { service: service === '' ? null : service, windowMs: windowMs === 0 ? null : windowMs };
};
