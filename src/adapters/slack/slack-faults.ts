import { webApi } from '@slack/bolt';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';

/** Whether Slack did what was asked: a lost answer leaves it open. */
export type WriteCertainty = 'not-done' | 'unknown';

/** A fault of Slack's, with what the board must know beyond the AppError. */
export class SlackFault extends AppError {
  /** Slack's own word for it, e.g. `message_not_found`; null where it gave none. */
  readonly reason: string | null;
  readonly certainty: WriteCertainty;

  constructor(
    options: ConstructorParameters<typeof AppError>[0] & {
      readonly reason: string | null;
      readonly certainty: WriteCertainty;
    },
  ) {
    super(options);
    this.name = 'SlackFault';
    this.reason = options.reason;
    this.certainty = options.certainty;
  }
}

export const isSlackFault = (error: unknown): error is SlackFault => error instanceof SlackFault;

// For a limit whose answer names no wait.
const DEFAULT_RETRY_AFTER_MS = 30_000;

const CHANNEL_FAULTS: ReadonlySet<string> = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'team_access_not_granted',
]);
const TOKEN_FAULTS: ReadonlySet<string> = new Set([
  'access_denied',
  'accesslimited',
  'account_inactive',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'token_expired',
  'token_revoked',
]);
const PASSING_FAULTS: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'org_login_required',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
const RATE_FAULTS: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** Translates what a Web API call threw; raw text stays in `cause`. */
export const toSlackFault = (error: unknown, method: string): SlackFault => {
  if (isSlackFault(error)) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) return rateLimited(error.retryAfter * 1000, error);
  // A proxy's page arrives as if it were Slack's word.
  if (error instanceof webApi.WebAPIPlatformError && /^[a-z_]{1,80}$/u.test(error.data.error)) {
    return refused(error.data.error, error);
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    return new SlackFault({
      code: 'unavailable',
      isRetryable: true,
      userMessage: `Slack answered ${method} with status ${error.statusCode}. Sentinel tries again.`,
      cause: error,
      reason: null,
      certainty: 'unknown',
    });
  }
  const isTimeout = causes(error).some((cause) => cause.name === 'TimeoutError');
  return new SlackFault({
    code: isTimeout ? 'timeout' : 'unavailable',
    isRetryable: true,
    userMessage: isTimeout
      ? `Slack did not answer ${method} in time. Sentinel tries again.`
      : 'Slack cannot be reached. Sentinel tries again.',
    cause: error,
    reason: null,
    certainty: 'unknown',
  });
};

// Without it the wait for a limit that has just ended would begin again at once.
const RATE_LIMIT_MARGIN_MS = 100;

/** When Slack may be asked again; null if it did not ask to wait. */
export const retryAt = (fault: SlackFault, now: Date): Date | null =>
  fault.code === 'rate-limited'
    ? addMs(now, (fault.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS) + RATE_LIMIT_MARGIN_MS)
    : null;

/** Of an answer that did not come through the Web API's client. */
export const toResponseFault = (response: Response, method: string): SlackFault => {
  const cause = new Error(`${method} answered ${response.status}`);
  if (response.status !== 429) return toSlackFault(cause, method);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return rateLimited(Number.isFinite(seconds) ? seconds * SECOND_MS : DEFAULT_RETRY_AFTER_MS, cause);
};

const rateLimited = (retryAfterMs: number, cause: unknown): SlackFault =>
  new SlackFault({
    code: 'rate-limited',
    isRetryable: true,
    userMessage: 'Slack asks Sentinel to write more slowly. Nothing is lost; it comes later.',
    retryAfterMs,
    cause,
    reason: 'ratelimited',
    certainty: 'not-done',
  });

const refused = (reason: string, cause: unknown): SlackFault => {
  if (RATE_FAULTS.has(reason)) return rateLimited(DEFAULT_RETRY_AFTER_MS, cause);
  if (CHANNEL_FAULTS.has(reason)) {
    return new SlackFault({
      code: 'not-permitted',
      isRetryable: true,
      userMessage:
        'Sentinel cannot write in that channel. Check that it exists, is not archived, and that Sentinel is invited.',
      cause,
      reason,
      certainty: 'not-done',
    });
  }
  if (TOKEN_FAULTS.has(reason)) {
    return new SlackFault({
      code: 'configuration',
      isRetryable: false,
      userMessage:
        'Slack does not accept the token of Sentinel for this. Check the tokens and the scopes in manifest.yml.',
      cause,
      reason,
      certainty: 'not-done',
    });
  }
  if (PASSING_FAULTS.has(reason)) {
    return new SlackFault({
      code: 'unavailable',
      isRetryable: true,
      userMessage: 'Slack had a fault of its own. Sentinel tries again.',
      cause,
      reason,
      // Slack documents that it may have done part of it.
      certainty: 'unknown',
    });
  }
  return new SlackFault({
    code: 'rejected',
    isRetryable: false,
    userMessage: 'Slack did not accept that. The log of Sentinel says why.',
    cause,
    reason,
    certainty: 'not-done',
  });
};

const causes = (error: unknown): readonly Error[] => {
  const found: Error[] = [];
  let next: unknown = error;
  while (next instanceof Error && found.length < 5) {
    found.push(next);
    next = next instanceof webApi.WebAPIRequestError ? next.original : next.cause;
  }
  return found;
};
