import type { App, Receiver } from '@slack/bolt';
import type { StrictSlack } from './strict-slack.ts';

export interface Delivery {
  /** Whether and with what Slack was told that the request arrived. */
  readonly receipts: readonly unknown[];
  /** Responses that were sent to the request's address. */
  readonly responses: readonly Record<string, unknown>[];
}

export interface TestReceiver {
  readonly receiver: Receiver;
  command(request: { text: string; user: string; channel: string; threadTs?: string }): Promise<Delivery>;
  click(request: { actionId: string; value?: string; user: string; channel: string }): Promise<Delivery>;
  mention(request: { text?: string; user: string; channel: string; threadTs?: string }): Promise<Delivery>;
  openHome(user: string): Promise<Delivery>;
}

const TEAM = 'T01ACME';
const APP = 'A01SENTINEL';

/** Hands Bolt the requests that Slack would send, without a network in between. */
export const createTestReceiver = (slack: StrictSlack): TestReceiver => {
  let app: App | undefined;

  const deliver = async (body: Record<string, unknown>): Promise<Delivery> => {
    const receipts: unknown[] = [];
    const before = slack.responses.length;
    await app?.processEvent({
      body,
      ack: (response?: unknown) => {
        receipts.push(response);
        return Promise.resolve();
      },
    });
    return { receipts, responses: slack.responses.slice(before) };
  };

  return {
    receiver: {
      init: (bolt) => {
        app = bolt;
      },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    command: (request) =>
      deliver({
        token: 'verification',
        team_id: TEAM,
        api_app_id: APP,
        command: '/sentinel',
        text: request.text,
        user_id: request.user,
        channel_id: request.channel,
        channel_name: 'incidents',
        response_url: slack.newResponseUrl(),
        trigger_id: 'trigger',
        ...(request.threadTs === undefined ? {} : { thread_ts: request.threadTs }),
      }),
    click: (request) =>
      deliver({
        type: 'block_actions',
        token: 'verification',
        team: { id: TEAM, domain: 'acme' },
        api_app_id: APP,
        user: { id: request.user, username: 'you' },
        channel: { id: request.channel, name: 'incidents' },
        container: { type: 'message', channel_id: request.channel },
        message: { type: 'message', ts: '1.1' },
        response_url: slack.newResponseUrl(),
        trigger_id: 'trigger',
        actions: [{ type: 'button', action_id: request.actionId, block_id: 'actions', value: request.value ?? '' }],
      }),
    mention: (request) =>
      deliver({
        type: 'event_callback',
        token: 'verification',
        team_id: TEAM,
        api_app_id: APP,
        event: {
          type: 'app_mention',
          user: request.user,
          text: request.text ?? '<@U0SENTINEL>',
          channel: request.channel,
          ts: '2.2',
          event_ts: '2.2',
          ...(request.threadTs === undefined ? {} : { thread_ts: request.threadTs }),
        },
      }),
    openHome: (user) =>
      deliver({
        type: 'event_callback',
        token: 'verification',
        team_id: TEAM,
        api_app_id: APP,
        event: { type: 'app_home_opened', user, channel: 'D01', tab: 'home', event_ts: '3.3' },
      }),
  };
};
