import type { RespondFn } from '@slack/bolt';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { faultCard, ownFaultCard } from '../cards/command-cards.ts';
import { inDialect } from '../dialect.ts';
import type { ListenerDeps } from './listener-deps.ts';

export type AnswerDeps = Pick<ListenerDeps, 'logger' | 'metrics' | 'clock' | 'settings' | 'nextTurn'>;

/** Tells Slack at once that the request arrived; what takes time comes after. */
export const receipt = async (
  deps: AnswerDeps,
  kind: 'command' | 'action' | 'view',
  ack: () => Promise<void>,
): Promise<void> => {
  const startedAt = deps.clock.now().getTime();
  await ack();
  deps.metrics.observe('sentinel_slack_receipt_seconds', (deps.clock.now().getTime() - startedAt) / SECOND_MS, {
    kind,
  });
  await deps.nextTurn();
};

/** Runs it and says what came of it, to nobody but the person who asked. */
export const answerPerson = async (
  deps: AnswerDeps,
  what: string,
  say: (message: CardMessage) => Promise<unknown>,
  run: () => Promise<CardMessage | null>,
): Promise<void> => {
  const message = await run().catch((error: unknown) => faultMessage(deps, what, error));
  if (message !== null) await sayTo(deps, what, say)(message);
};

/** Says it as this Slack takes it; whether it arrived there. */
export const sayTo =
  (deps: Pick<AnswerDeps, 'logger' | 'settings'>, what: string, say: (message: CardMessage) => Promise<unknown>) =>
  async (message: CardMessage): Promise<boolean> => {
    try {
      await say(inDialect(message, deps.settings.dialect));
      return true;
    } catch (error) {
      deps.logger.warn({ what, err: error }, 'An answer did not reach Slack');
      return false;
    }
  };

const faultMessage = (deps: AnswerDeps, what: string, error: unknown): CardMessage => {
  if (isAppError(error)) {
    deps.logger.warn({ what, code: error.code, err: error }, 'A request from Slack could not be done');
    return faultCard(error.userMessage);
  }
  deps.logger.error({ what, err: error }, 'A request from Slack failed');
  return ownFaultCard();
};

/** To the person who asked alone: without the type a response would be public. */
export const sayEphemeral =
  (respond: RespondFn, threadTs: string | null) =>
  (message: CardMessage): Promise<unknown> =>
    respond({
      response_type: 'ephemeral',
      replace_original: false,
      text: message.text,
      blocks: [...message.blocks],
      // Without it the answer to a click in a thread would stand outside it.
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    });
