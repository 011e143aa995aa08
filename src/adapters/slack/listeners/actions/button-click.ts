import type { App, BlockButtonAction } from '@slack/bolt';
import type { ActionId, CardMessage } from '../../cards/blocks.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import type { Asked } from '../commands/command.ts';
import { answerPerson, receipt, sayEphemeral } from '../answer-person.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import type { ListenerDeps } from '../listener-deps.ts';

export interface Click extends Asked {
  readonly value: string;
}

/** Answers the clicks on one button: receipt first, then access, then the work. */
export const registerButton = (
  app: App,
  deps: ListenerDeps,
  actionId: ActionId,
  run: (click: Click) => Promise<CardMessage | null>,
  options: { readonly isForAll: boolean } = { isForAll: false },
): void => {
  app.action<BlockButtonAction>(actionId, async ({ ack, action, body, respond }) => {
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
      value: action.value ?? '',
    };
    await answerPerson(deps, actionId, sayEphemeral(respond), async () => {
      if (options.isForAll) return run(click);
      const access = await deps.access.check(click.user, click.channel);
      return access.kind === 'refused' ? refusalCard(access.why) : run(click);
    });
  });
};
