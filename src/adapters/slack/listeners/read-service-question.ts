import { splitTime } from '#capabilities/log-query/index.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Asked } from './commands/command.ts';
import { findTimeZone } from './find-time-zone.ts';
import type { ListenerDeps } from './listener-deps.ts';

export interface ServiceQuestionWords {
  /** Null: that of the incident in whose thread it was asked. */
  readonly service: string | null;
  /** Null where no time was named. */
  readonly range: TimeWindow | null;
}

/** Reads `payment-service`, `payment-service 30m`, `payment-service since 09:00` as the asker's clock has it, or nothing. */
export const readServiceQuestion = async (
  deps: Pick<ListenerDeps, 'clock' | 'readUser' | 'logger'>,
  words: string,
  { user }: Pick<Asked, 'user'>,
): Promise<ServiceQuestionWords> => {
  if (words === '') return { service: null, range: null };
  const { rest, range } = splitTime(words, { now: deps.clock.now(), timeZone: await findTimeZone(deps, user) });
  return { service: rest === '' ? null : rest, range };
};
