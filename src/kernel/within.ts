import { AppError } from './errors.ts';

export const LATE = Symbol('late');

/**
 * What the work answers, or LATE once so many milliseconds are over: nobody waits longer, but the work goes on.
 * Rejects as the work does.
 */
export const within = async <Answer>(limitMs: number, work: Promise<Answer>): Promise<Answer | typeof LATE> => {
  const limit = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => limit.resolve(LATE), limitMs);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** What the work answers. Throws AppError `timeout`, to be tried again, with this message where it answers too late. */
export const requireWithin = async <Answer>(
  limitMs: number,
  work: Promise<Answer>,
  userMessage: string,
): Promise<Answer> => {
  const answer = await within(limitMs, work);
  if (answer === LATE) throw new AppError({ code: 'timeout', isRetryable: true, userMessage });
  return answer;
};
