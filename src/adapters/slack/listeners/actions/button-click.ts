import type { App, BlockButtonAction, BlockOverflowAction, BlockStaticSelectAction } from '@slack/bolt';
import type { ActionId, CardMessage } from '../../cards/blocks.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import { answerPerson, receipt, sayEphemeral } from '../answer-person.ts';
import type { Asked } from '../commands/command.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import type { ListenerDeps } from '../listener-deps.ts';

export interface Click extends Asked {
  readonly value: string;
  /** Opens a modal, within three seconds. */
  readonly triggerId: string;
  /** Takes answers to this person for half an hour. */
  readonly responseUrl: string;
}

/** Answers the clicks on one button: receipt first, then access, then the work. */
export const registerButton = (
  app: App,
  deps: ListenerDeps,
  actionId: ActionId,
  run: (click: Click) => Promise<CardMessage | null>,
  options: { readonly isForAll: boolean } = { isForAll: false },
): void => {
  app.action<BlockButtonAction | BlockOverflowAction | BlockStaticSelectAction>(
    actionId,
    async ({ ack, action, body, respond }) => {
      await receipt(deps, 'action', ack);
      if (!(await isFirstDelivery(deps, body.trigger_id))) return;
      const channel = body.channel?.id;
      if (channel === undefined) return;
      // Of an ephemeral message only the container tells where it is.
      const threadTs: unknown = body.message?.['thread_ts'] ?? body.container['thread_ts'];
      const click: Click = {
        user: body.user.id,
        channel,
        threadTs: typeof threadTs === 'string' ? threadTs : null,
        value: (action.type === 'button' ? action.value : action.selected_option.value) ?? '',
        triggerId: body.trigger_id,
        responseUrl: body.response_url,
      };
      await answerPerson(deps, actionId, sayEphemeral(respond, click.threadTs), async () => {
        if (options.isForAll) return run(click);
        const access = await deps.access.check(click.user, click.channel);
        return access.kind === 'refused' ? refusalCard(access.why) : run(click);
      });
    },
  );
};
