import type { Clock } from '#kernel/clock.ts';
import type { IncidentBoard, Notice } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import { BLIND_AFTER_INTERVALS } from './check-detection.ts';
import { describeSight, describeStateLost } from './describe-blindness.ts';
import { NoticeNotPosted } from './notice-not-posted.ts';

export interface WatchStateStoreDeps {
  /** Resolves if the state store answers within its limit. */
  readonly pingState: () => Promise<void>;
  readonly board: Pick<IncidentBoard, 'postUnrecorded'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { readonly intervalMs: number; readonly processStartedAt: Date };
}

/**
 * Watches the state store, without which no tick finishes and nothing can be claimed: what is said is
 * therefore remembered in this process, and each instance says it for itself. Resolves with whether
 * the store answers; a notice that Slack refuses is tried again at the next call.
 */
export const createStateStoreWatch = (deps: WatchStateStoreDeps): (() => Promise<boolean>) => {
  const patienceMs = BLIND_AFTER_INTERVALS * deps.settings.intervalMs;
  let lastAnswerAt = deps.settings.processStartedAt;
  let saidLostSince: Date | null = null;

  const post = (notice: Notice): Promise<void> =>
    deps.board.postUnrecorded(notice).catch((error: unknown) => {
      throw new NoticeNotPosted(notice.headline, error);
    });

  const sayLost = async (now: Date): Promise<void> => {
    if (saidLostSince !== null || now.getTime() - lastAnswerAt.getTime() <= patienceMs) return;
    const notice = describeStateLost(now.getTime() - lastAnswerAt.getTime());
    await post(notice);
    saidLostSince = lastAnswerAt;
    deps.logger.error({ since: lastAnswerAt }, notice.headline);
  };

  return async () => {
    const isAnswering = await deps.pingState().then(
      () => true,
      () => false,
    );
    const now = deps.clock.now();
    if (!isAnswering) {
      await sayLost(now);
      return false;
    }
    lastAnswerAt = now;
    if (saidLostSince !== null) {
      await post(describeSight('state-store', now.getTime() - saidLostSince.getTime()));
      saidLostSince = null;
    }
    return true;
  };
};
