import { checkArguments, readArguments } from './arguments.ts';
import { blocksOf, METHODS, type MethodName, requireScope, wordsOf } from './methods.ts';
import type { RateLimits } from './rate-limits.ts';
import { Refusal, type World } from './world.ts';

/** What goes wrong with a call. */
export type Fault =
  /** Slack refuses; nothing is done. */
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  /** Somebody in between answers; nothing is done. */
  | { readonly kind: 'status'; readonly status: number }
  /** A page of a proxy, as if all were well; nothing is done. */
  | { readonly kind: 'html' }
  /** Slack does it, and its answer never arrives. */
  | { readonly kind: 'lost-response' }
  /** Slack does it, and half of its answer arrives. */
  | { readonly kind: 'cut-response' }
  /** The request never arrives. */
  | { readonly kind: 'lost-request' }
  /** Slack does it and does not answer until the caller gives up. */
  | { readonly kind: 'hangs' };

/** A method, or what is not a method: the bytes of a file, or a response address. */
export type Target = MethodName | 'upload' | 'respond';

export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

export interface WireRequest {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: Buffer;
}

export type WireAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'cut'; readonly body: string }
  | { readonly kind: 'lost' | 'silence' };

export interface WireState {
  readonly world: World;
  readonly limits: RateLimits | null;
  readonly calls: Call[];
  readonly responses: Record<string, unknown>[];
  readonly problems: string[];
  /** What the token is good for: null, or Slack's word for why it is not. */
  tokenError: string | null;
  readonly botToken: string;
  nextFault(target: string): Fault | undefined;
}

const PAGE = '<!DOCTYPE html><html><body>Sign in to continue</body></html>';
const RESPONSE_USES = 5;
const RESPONSE_URL_MS = 30 * 60_000;

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): WireAnswer => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** One request at the wire, and what the network and Slack make of it. */
export const answerWire = (state: WireState, request: WireRequest): WireAnswer => {
  const [, kind = '', id = ''] = /^\/(upload|respond|api)\/(.+)$/.exec(request.path) ?? [];
  const target = kind === 'api' ? id : kind;
  const args = kind === 'api' ? readArguments(request.body.toString('utf8')) : {};
  const note = (error: string | null): void => void state.calls.push({ method: target, args, error });
  const fault = state.nextFault(target);
  const early = answerBefore(fault, note);
  if (early !== null) return early;

  const answer = attempt(note, fault, () => {
    if (kind === 'upload') return takeUpload(state, id, request.body);
    if (kind === 'respond') return takeResponse(state, id, request.body);
    return callMethod(state, target, request, args);
  });
  if (fault?.kind === 'lost-response') return { kind: 'lost' };
  if (fault?.kind === 'hangs') return { kind: 'silence' };
  if (fault?.kind === 'cut-response' && answer.kind === 'answer') {
    return { kind: 'cut', body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
  }
  return answer;
};

/** Faults that keep the request from Slack's own work. */
const answerBefore = (fault: Fault | undefined, note: (error: string) => void): WireAnswer | null => {
  switch (fault?.kind) {
    case 'lost-request':
      note('lost-request');
      return { kind: 'lost' };
    case 'rate-limited':
      note('ratelimited');
      return json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(fault.retryAfterSeconds) });
    case 'status':
      note(`status ${fault.status}`);
      return { kind: 'answer', status: fault.status, headers: { 'content-type': 'text/html' }, body: PAGE };
    case 'html':
      note('html');
      return { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: PAGE };
    case undefined:
    case 'error':
    case 'hangs':
    case 'lost-response':
    case 'cut-response':
      return null;
  }
};

const attempt = (
  note: (error: string | null) => void,
  fault: Fault | undefined,
  perform: () => WireAnswer,
): WireAnswer => {
  try {
    if (fault?.kind === 'error') throw new Refusal(fault.error);
    const answer = perform();
    note(answer.kind === 'answer' && answer.status === 429 ? 'ratelimited' : null);
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note(error.message);
    const metadata = error.detail === null ? {} : { response_metadata: { messages: [`[ERROR] ${error.detail}`] } };
    return json({ ok: false, error: error.message, ...error.extra, ...metadata });
  }
};

const callMethod = (
  { world, limits, botToken, tokenError }: WireState,
  name: string,
  request: WireRequest,
  args: Readonly<Record<string, unknown>>,
): WireAnswer => {
  const method = METHODS[name as MethodName] as (typeof METHODS)[MethodName] | undefined;
  if (method === undefined) throw new Refusal('unknown_method');
  if (request.authorization === null) throw new Refusal('not_authed');
  if (request.authorization !== `Bearer ${botToken}`) throw new Refusal('invalid_auth');
  if (tokenError !== null) throw new Refusal(tokenError);
  const waitSeconds = limits?.take(method.tier, name, String(args['channel'] ?? '')) ?? null;
  if (waitSeconds !== null) {
    return json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(waitSeconds) });
  }
  requireScope(world, method.scopes);
  checkArguments(method.takes, args);
  return json({ ok: true, ...method.perform(world, args) });
};

const takeUpload = ({ world }: WireState, id: string, body: Buffer): WireAnswer => {
  const file = world.files.get(id);
  if (file === undefined || body.byteLength !== file.announcedBytes) return json({ error: 'bad upload' }, 400);
  file.bytes = body;
  return { kind: 'answer', status: 200, headers: {}, body: `OK - ${body.byteLength}` };
};

const refusalOf = (perform: () => unknown): Refusal | null => {
  try {
    perform();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

const takeResponse = ({ world, responses, problems }: WireState, id: string, body: Buffer): WireAnswer => {
  const url = world.responseUrls.get(id);
  const isOpen = url !== undefined && world.clock.now().getTime() - url.madeAt <= RESPONSE_URL_MS;
  if (!isOpen || url.uses >= RESPONSE_USES) return json({ ok: false, error: isOpen ? 'used_url' : 'expired_url' }, 404);
  const message = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  if (!['ephemeral', 'in_channel'].includes(String(message['response_type']))) {
    problems.push('a response without an explicit response_type is public');
  }
  const refusal = refusalOf(() => [wordsOf(message), blocksOf(world, message)]);
  if (refusal !== null) return json({ ok: false, error: refusal.message }, 400);
  url.uses += 1;
  responses.push(message);
  return { kind: 'answer', status: 200, headers: {}, body: 'ok' };
};
