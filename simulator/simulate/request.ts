import { SECOND_MS } from '#kernel/duration.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed if it is JSON, else the text. */
  readonly body: unknown;
}

export type RequestOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface RequestOptions {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Gives up an answer that takes too long. */
  readonly signal: AbortSignal;
}

const REQUEST_LIMIT_MS = 30 * SECOND_MS;
const MAX_RETRY_AFTER_MS = 300 * SECOND_MS;

/** One HTTP request. A network that fails is a value: it may work a moment later. */
export const request = async (url: URL, options: RequestOptions): Promise<RequestOutcome> => {
  const { signal, ...rest } = options;
  try {
    const response = await fetch(url, {
      ...rest,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]),
    });
    const text = await response.text();
    return {
      kind: 'answered',
      answer: { status: response.status, headers: response.headers, body: parseBody(text) },
    };
  } catch (error) {
    return { kind: 'unreachable', reason: describeFault(error) };
  }
};

/** Below the path of the base, whether or not that ends in a slash. */
export const pathBelow = (base: URL, path: string): URL =>
  new URL(path, base.href.endsWith('/') ? base : `${base.href}/`);

/** Of seconds or a date, as RFC 9110 section 10.2.3 has it; null without either. */
export const retryAfterMs = (headers: Headers, now: Date): number | null => {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * SECOND_MS : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
};

/** A member of a JSON object that nobody promised. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

const parseBody = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const describeFault = (error: unknown): string => {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `no answer within ${REQUEST_LIMIT_MS} ms`;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = memberOf(cause, 'code');
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name of the host is not known';
  return cause instanceof Error && cause.message !== '' ? cause.message : 'the connection was cut';
};
