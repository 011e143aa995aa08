import { type App, isValidSlackRequest, type Receiver } from '@slack/bolt';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { within } from '#kernel/within.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface SlackRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it arrived, byte for byte. */
  readonly body: Buffer;
}

export interface SlackAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export interface HttpConnection {
  readonly receiver: Receiver;
  answer(request: SlackRequest): Promise<SlackAnswer>;
}

export interface HttpConnectionDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

// Slack waits three seconds and then tells the person that nothing happened.
const RECEIPT_LIMIT_MS = 2.9 * SECOND_MS;
// "Verifying requests from Slack": older ones may be replays. Bolt refuses those; ours adds the future.
const MOST_SKEW_MS = 5 * MINUTE_MS;
const DRAIN_LIMIT_MS = 2 * SECOND_MS;

const EMPTY = { contentType: null, body: '' } as const;
const jsonAnswer = (value: unknown): SlackAnswer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

/**
 * Requests over HTTP that Slack signs, on whatever server hands them in. A request that is not Slack's
 * learns nothing but that it was refused.
 */
export const createHttpConnection = (
  deps: HttpConnectionDeps,
  settings: { readonly signingSecret: string },
): HttpConnection => {
  let app: App | undefined;
  const running = new Set<Promise<void>>();

  const isSlacks = (request: SlackRequest): boolean => {
    const signature = headerOf(request, 'x-slack-signature');
    const sentAtSeconds = Number(headerOf(request, 'x-slack-request-timestamp') ?? Number.NaN);
    if (signature === null || !Number.isSafeInteger(sentAtSeconds)) return false;
    const nowMilliseconds = deps.clock.now().getTime();
    if (sentAtSeconds * SECOND_MS - nowMilliseconds > MOST_SKEW_MS) return false;
    return isValidSlackRequest({
      signingSecret: settings.signingSecret,
      body: request.body.toString('utf8'),
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': sentAtSeconds },
      nowMilliseconds,
    });
  };

  const refuse = (status: 400 | 401, why: string): SlackAnswer => {
    deps.metrics.increment('sentinel_slack_requests_total', { outcome: why });
    return { status, ...EMPTY };
  };

  /** Bolt's listeners go on after the receipt; the answer does not wait for them. */
  const hand = async (body: Record<string, unknown>, request: SlackRequest): Promise<SlackAnswer> => {
    const receipt = Promise.withResolvers<SlackAnswer>();
    const retryNum = Number(headerOf(request, 'x-slack-retry-num') ?? Number.NaN);
    const retryReason = headerOf(request, 'x-slack-retry-reason');
    const work = Promise.resolve(
      app?.processEvent({
        body,
        ack: (response: unknown) => {
          receipt.resolve(receiptOf(response));
          return Promise.resolve();
        },
        ...(Number.isNaN(retryNum) ? {} : { retryNum }),
        ...(retryReason === null ? {} : { retryReason }),
      }),
    ).then(
      // Without effect where the receipt was given; else nobody listens for such a request.
      () => receipt.resolve({ status: 404, ...EMPTY }),
      (error: unknown) => {
        deps.logger.error({ err: error }, 'A request from Slack failed');
        receipt.resolve({ status: 500, ...EMPTY });
      },
    );
    running.add(work);
    void work.finally(() => running.delete(work));
    const timer = setTimeout(() => {
      deps.logger.error({}, 'A request from Slack got no receipt in time');
      receipt.resolve({ status: 503, ...EMPTY });
    }, RECEIPT_LIMIT_MS);
    try {
      const answer = await receipt.promise;
      deps.metrics.increment('sentinel_slack_requests_total', { outcome: answer.status === 200 ? 'ok' : 'failed' });
      return answer;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    receiver: {
      init: (bolt) => {
        app = bolt;
      },
      start: () => Promise.resolve(),
      stop: async () => void (await within(DRAIN_LIMIT_MS, Promise.allSettled(running))),
    },
    answer: async (request) => {
      // Slack asks unsigned whether the certificate is good; nothing is done for it.
      if (isForm(request) && formOf(request).get('ssl_check') === '1') return { status: 200, ...EMPTY };
      if (!isSlacks(request)) return refuse(401, 'unsigned');
      const body = readBody(request);
      if (body === null) return refuse(400, 'malformed');
      if (body['type'] === 'url_verification') return jsonAnswer({ challenge: body['challenge'] });
      return hand(body, request);
    },
  };
};

const headerOf = (request: SlackRequest, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
};

const isForm = (request: SlackRequest): boolean =>
  headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') === true;

const formOf = (request: SlackRequest): URLSearchParams => new URLSearchParams(request.body.toString('utf8'));

/** Events are JSON, commands a form, interactions JSON in a form. */
const readBody = (request: SlackRequest): Record<string, unknown> | null => {
  if (!isForm(request)) return parseObject(request.body.toString('utf8'));
  const form = formOf(request);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : parseObject(payload);
};

const parseObject = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};

const receiptOf = (response: unknown): SlackAnswer => {
  if (response === undefined || response === null || response === '') return { status: 200, ...EMPTY };
  return typeof response === 'string'
    ? { status: 200, contentType: 'text/plain; charset=utf-8', body: response }
    : jsonAnswer(response);
};
