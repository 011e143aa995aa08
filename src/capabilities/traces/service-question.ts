import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { type TimeWindow, windowBefore } from '#kernel/time-window.ts';
import type { AskDeps } from './ask-telemetry.ts';
import { findService, type FoundService } from './find-service.ts';

export interface ServiceQuestionDeps extends AskDeps {
  readonly clock: Clock;
}

export interface ServiceQuestion {
  readonly service: string;
  /** Without it: the last hour. */
  readonly range?: TimeWindow;
}

export type Unanswered =
  | Extract<FoundService, { kind: 'unknown-service' }>
  /** It could not be looked at, which is not the same as finding nothing. */
  | { readonly kind: 'failed'; readonly userMessage: string };

const DEFAULT_RANGE_MS = HOUR_MS;

/** Finds the service that is meant and answers of it, knowing all others. */
export const answerOfService = async <Answer>(
  deps: ServiceQuestionDeps,
  { service, range = windowBefore(deps.clock.now(), DEFAULT_RANGE_MS) }: ServiceQuestion,
  answer: (service: string, range: TimeWindow, known: readonly string[]) => Promise<Answer>,
): Promise<Answer | Unanswered> => {
  try {
    const found = await findService(deps, service, range);
    return found.kind === 'service' ? await answer(found.service, range, found.known) : found;
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};
