import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault, type SlackFault } from './slack-faults.ts';

export interface TokenCheckDeps {
  readonly slack: Pick<SlackApi, 'verifyToken'>;
  readonly logger: Logger;
}

export interface TokenCheck {
  /**
   * Asks Slack, and goes on asking in the background while it gives no answer. Throws SlackFault
   * `configuration` if Slack refuses the token at once: a wrong token is said at the start, but an
   * absent Slack is not a reason to watch nothing.
   */
  start(): Promise<void>;
  stop(): void;
  /** Slack has said once that the token is good. */
  isAccepted(): boolean;
  /** What Slack has against the token, for people; null while it has said nothing. */
  refusal(): string | null;
}

const FIRST_DELAY_MS = SECOND_MS;
const LONGEST_DELAY_MS = 60 * SECOND_MS;

/** Whether Slack takes the bot's token: where requests arrive over HTTP, nothing else tells that Slack is there. */
export const createTokenCheck = (deps: TokenCheckDeps): TokenCheck => {
  let isAccepted = false;
  let isStopped = false;
  let refusal: string | null = null;
  let timer: NodeJS.Timeout | undefined;

  const ask = async (): Promise<SlackFault | null> => {
    try {
      await deps.slack.verifyToken();
      isAccepted = true;
      refusal = null;
      return null;
    } catch (error) {
      if (!isSlackFault(error)) throw error;
      return error;
    }
  };

  // A refused token is asked about as well: it may be put right in Slack.
  const askAgain = async (attempt: number): Promise<void> => {
    const fault = await ask();
    if (isStopped) return;
    if (fault === null) {
      deps.logger.info({}, 'Slack accepts the token');
      return;
    }
    if (fault.code === 'configuration' && refusal === null) {
      refusal = fault.userMessage;
      deps.logger.error({ reason: fault.reason, err: fault }, 'Slack refuses the token');
    }
    askLater(attempt + 1, fault);
  };

  const askLater = (attempt: number, fault: SlackFault): void => {
    const delayMs = Math.max(fault.retryAfterMs ?? 0, Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
    timer = setTimeout(() => {
      askAgain(attempt).catch((error: unknown) => deps.logger.error({ err: error }, 'The check of the token failed'));
    }, delayMs);
    timer.unref();
  };

  return {
    start: async () => {
      const fault = await ask();
      if (fault === null || isStopped) return;
      if (fault.code === 'configuration') throw fault;
      deps.logger.warn({ code: fault.code, err: fault }, 'Slack cannot be reached yet; Sentinel keeps trying');
      askLater(0, fault);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
    isAccepted: () => isAccepted,
    refusal: () => refusal,
  };
};
