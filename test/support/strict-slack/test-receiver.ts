import type { App, Receiver } from '@slack/bolt';
import {
  type Click,
  clickRequest,
  commandRequest,
  type CommandWords,
  homeRequest,
  type Mention,
  mentionRequest,
  type SlackRequest,
  type Submission,
  submitRequest,
} from './slack-requests.ts';
import type { StrictSlack } from './strict-slack.ts';

export interface Delivery {
  /** Whether and with what Slack was told that the request arrived. */
  readonly receipts: readonly unknown[];
  /** Responses that were sent to the request's address. */
  readonly responses: readonly Record<string, unknown>[];
}

export interface TestReceiver {
  readonly receiver: Receiver;
  command(request: CommandWords): Promise<Delivery>;
  click(request: Click): Promise<Delivery>;
  mention(request: Mention): Promise<Delivery>;
  openHome(user: string): Promise<Delivery>;
  submit(submission: Submission): Promise<Delivery>;
  /** The latest request once more, as Slack delivers what it got no receipt for. */
  again(): Promise<Delivery>;
  /** Keeps requests back until they are let go. */
  hold(): void;
  /** What was kept back, the latest first. */
  releaseReversed(): Promise<void>;
}

const NOT_YET: Delivery = { receipts: [], responses: [] };

/** Hands Bolt the requests that Slack would send, without a network in between. */
export const createTestReceiver = (slack: StrictSlack): TestReceiver => {
  let app: App | undefined;
  let latest: SlackRequest | undefined;
  let held: SlackRequest[] | null = null;

  const hand = async ({ body }: SlackRequest): Promise<Delivery> => {
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

  const deliver = async (request: SlackRequest): Promise<Delivery> => {
    latest = request;
    if (held === null) return hand(request);
    held.push(request);
    return NOT_YET;
  };

  return {
    receiver: {
      init: (bolt) => {
        app = bolt;
      },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    command: (words) => deliver(commandRequest(words, slack.newResponseUrl())),
    click: (click) => deliver(clickRequest(click, slack.newResponseUrl())),
    mention: (mention) => deliver(mentionRequest(mention)),
    openHome: (user) => deliver(homeRequest(user)),
    submit: (submission) => deliver(submitRequest(submission)),
    again: () => (latest === undefined ? Promise.resolve(NOT_YET) : hand(latest)),
    hold: () => {
      held ??= [];
    },
    releaseReversed: async () => {
      const requests = held ?? [];
      held = null;
      for (const request of requests.toReversed()) await hand(request);
    },
  };
};
