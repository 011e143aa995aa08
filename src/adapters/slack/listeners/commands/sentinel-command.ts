import type { App } from '@slack/bolt';
import { answerCommand } from '../answer-command.ts';
import { answerPerson, receipt, sayEphemeral, sayTo } from '../answer-person.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { withWaitingLine } from '../waiting-line.ts';

export const SENTINEL_COMMAND = '/sentinel';

export const registerSentinelCommand = (app: App, deps: ListenerDeps): void => {
  app.command(SENTINEL_COMMAND, async ({ ack, command, respond }) => {
    await receipt(deps, 'command', ack);
    if (!(await isFirstDelivery(deps, command.trigger_id))) return;
    // Only some clients can send a command from a thread.
    const threadTs = typeof command['thread_ts'] === 'string' ? command['thread_ts'] : null;
    const { sayWaiting, say } = withWaitingLine(deps, 'command', sayEphemeral(respond, threadTs));
    const sayMeanwhile = sayTo(deps, 'command', sayEphemeral(respond, threadTs));
    const asked = { user: command.user_id, channel: command.channel_id, threadTs, sayMeanwhile, sayWaiting };
    await answerPerson(deps, 'command', say, () => answerCommand(deps, command.text, asked));
  });
};
