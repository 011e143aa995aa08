import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';

const TEAM = 'T01ACME';
const APP = 'A01SENTINEL';

type Body = Readonly<Record<string, unknown>>;

/** One request of Slack's: what is said, and in which form it travels over HTTP. */
export interface SlackRequest {
  readonly form: 'event' | 'command' | 'interaction';
  readonly body: Body;
}

export interface CommandWords {
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
}

export const commandRequest = (words: CommandWords, responseUrl: string): SlackRequest => ({
  form: 'command',
  body: {
    token: 'verification',
    team_id: TEAM,
    api_app_id: APP,
    command: '/sentinel',
    text: words.text,
    user_id: words.user,
    channel_id: words.channel,
    channel_name: 'incidents',
    response_url: responseUrl,
    trigger_id: `trigger.${randomUUID()}`,
    ...(words.threadTs === undefined ? {} : { thread_ts: words.threadTs }),
  },
});

export interface Click {
  readonly actionId: string;
  readonly value?: string;
  readonly user: string;
  readonly channel: string;
  /** Of an ephemeral message in a thread. */
  readonly threadTs?: string;
  /** Chosen behind the dots. */
  readonly isChoice?: boolean;
}

export const clickRequest = (click: Click, responseUrl: string): SlackRequest => ({
  form: 'interaction',
  body: {
    type: 'block_actions',
    token: 'verification',
    team: { id: TEAM, domain: 'acme' },
    api_app_id: APP,
    user: { id: click.user, username: 'you' },
    channel: { id: click.channel, name: 'incidents' },
    ...(click.threadTs === undefined
      ? { container: { type: 'message', channel_id: click.channel }, message: { type: 'message', ts: '1.1' } }
      : { container: { type: 'message', channel_id: click.channel, is_ephemeral: true, thread_ts: click.threadTs } }),
    response_url: responseUrl,
    trigger_id: `trigger.${randomUUID()}`,
    actions: [
      {
        action_id: click.actionId,
        block_id: 'actions',
        ...(click.isChoice === true
          ? { type: 'overflow', selected_option: { value: click.value ?? '' } }
          : { type: 'button', value: click.value ?? '' }),
      },
    ],
  },
});

export interface Submission {
  readonly callbackId: string;
  readonly user: string;
  readonly privateMetadata: string;
  /** By block and action. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const submitRequest = (submission: Submission): SlackRequest => ({
  form: 'interaction',
  body: {
    type: 'view_submission',
    token: 'verification',
    team: { id: TEAM, domain: 'acme' },
    api_app_id: APP,
    user: { id: submission.user, username: 'you' },
    trigger_id: `trigger.${randomUUID()}`,
    view: {
      type: 'modal',
      id: 'V01',
      callback_id: submission.callbackId,
      private_metadata: submission.privateMetadata,
      state: { values: submission.values },
    },
  },
});

export const eventRequest = (event: Body): SlackRequest => ({
  form: 'event',
  body: {
    type: 'event_callback',
    token: 'verification',
    team_id: TEAM,
    api_app_id: APP,
    event_id: `Ev${randomUUID()}`,
    event,
  },
});

export interface Mention {
  readonly text?: string;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
}

export const mentionRequest = (mention: Mention): SlackRequest =>
  eventRequest({
    type: 'app_mention',
    user: mention.user,
    text: mention.text ?? '<@U0SENTINEL>',
    channel: mention.channel,
    ts: '2.2',
    event_ts: '2.2',
    ...(mention.threadTs === undefined ? {} : { thread_ts: mention.threadTs }),
  });

export const homeRequest = (user: string): SlackRequest =>
  eventRequest({ type: 'app_home_opened', user, channel: 'D01', tab: 'home', event_ts: '3.3' });

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As it travels over HTTP. Each retry of Slack's is signed anew. */
export const signRequest = (
  { clock, signingSecret }: { readonly clock: Clock; readonly signingSecret: string },
  { form, body }: SlackRequest,
  retryNum = 0,
): SignedRequest => {
  const text =
    form === 'event'
      ? JSON.stringify(body)
      : new URLSearchParams(
          form === 'command' ? (body as Record<string, string>) : { payload: JSON.stringify(body) },
        ).toString();
  return {
    headers: {
      'content-type': form === 'event' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...signatureOf(signingSecret, Math.floor(clock.now().getTime() / 1000), text),
      ...(retryNum === 0 ? {} : { 'x-slack-retry-num': String(retryNum), 'x-slack-retry-reason': 'http_timeout' }),
    },
    body: text,
  };
};

export const signatureOf = (signingSecret: string, atSeconds: number, body: string): Record<string, string> => ({
  'x-slack-request-timestamp': String(atSeconds),
  'x-slack-signature': `v0=${createHmac('sha256', signingSecret).update(`v0:${atSeconds}:${body}`).digest('hex')}`,
});
