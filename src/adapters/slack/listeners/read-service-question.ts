import { splitLevel, splitTime } from '#capabilities/log-query/index.ts';
import { findName } from '#kernel/find-name.ts';
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

export interface PatternsQuestionWords extends ServiceQuestionWords {
  /** Null: all of them. */
  readonly level: ReturnType<typeof splitLevel>['level'];
  /** Words after the name of a known service that are neither a level nor a time; empty: none. */
  readonly others: string;
}

// What changed comes first, whether it is asked for or not.
const CHANGED: ReadonlySet<string> = new Set(['new', 'surging', 'rising', 'changed']);

/** The same with a level before or after the time: `payment-service errors 30m`, `payment-service level warn`. */
export const readPatternsQuestion = async (
  deps: Pick<ListenerDeps, 'clock' | 'readUser' | 'logger' | 'commands'>,
  words: string,
  asked: Pick<Asked, 'user'>,
): Promise<PatternsQuestionWords> => {
  const { rest, level } = splitLevel(words);
  const { service, range } = await readServiceQuestion(deps, rest, asked);
  const typed = service?.split(/\s+/u).filter((word) => !CHANGED.has(word.toLowerCase())) ?? [];
  if (typed.length === 1) return { service: typed[0] ?? null, range, level, others: '' };
  if (typed.length < 2) return { service, range, level, others: '' };
  const known = await deps.commands.readServiceNames();
  // Names may have spaces in them.
  for (let count = typed.length; count > 0; count -= 1) {
    const name = typed.slice(0, count).join(' ');
    if (findName(name, known).name === null) continue;
    return { service: name, range, level, others: typed.slice(count).join(' ') };
  }
  return { service, range, level, others: '' };
};
