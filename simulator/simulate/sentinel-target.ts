import type { Clock } from '#kernel/clock.ts';
import { memberOf, pathBelow, request, retryAfterMs } from './request.ts';
import { type Document, type Refusal, type SendOutcome, SimulateFault, type Target } from './target.ts';

export interface SentinelTargetOptions {
  readonly url: URL;
  readonly token: string | null;
}

export interface TargetDeps {
  readonly clock: Clock;
  /** Gives up a request under way. */
  readonly signal: AbortSignal;
}

/** A running Sentinel, over `POST /ingest/ndjson`. A row whose answer was lost may be stored twice. */
export const createSentinelTarget = (deps: TargetDeps, options: SentinelTargetOptions): Target => {
  const { url, token } = options;
  const target: Target = {
    name: `Sentinel at ${url.href}`,
    prepare: async () => {
      const found = await request(pathBelow(url, 'healthz'), { method: 'GET', signal: deps.signal });
      if (found.kind === 'unreachable') throw new SimulateFault(`${url.href} cannot be reached: ${found.reason}.`);
      if (token === null) {
        throw new SimulateFault(
          'Sentinel takes telemetry from known sources only. Give it a source with SENTINEL_INGEST_TOKENS, and that token to this command with SENTINEL_INGEST_TOKEN or --token.',
        );
      }
      // A token that is not known is said before history is made.
      await target.send('logs', []);
    },
    send: async (kind, documents) => {
      const address = pathBelow(url, 'ingest/ndjson');
      address.searchParams.set('index', kind);
      const outcome = await request(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/x-ndjson' },
        body: documents.map(({ json }) => json).join('\n'),
        signal: deps.signal,
      });
      if (outcome.kind === 'unreachable') return later(documents, outcome.reason, null);
      const { status, headers, body } = outcome.answer;
      if (status === 413) return { kind: 'too-large' };
      if (status === 401 || status === 403) throw new SimulateFault(deniedText(url, status, body));
      const accepted = countOf(body, 'accepted');
      const refused = refusalOf(body);
      if (status === 200 || status === 422) return { kind: 'done', accepted, refused };
      if (status === 429 || status >= 500) {
        const rest = documents.slice(linesDone(body, accepted));
        const reason = `it answers ${status}`;
        const afterMs = retryAfterMs(headers, deps.clock.now());
        return { ...later(rest, reason, afterMs), accepted, refused };
      }
      throw new SimulateFault(`${url.href} answered ${status}, which Sentinel's ingest does not: ${detailOf(body)}`);
    },
  };
  return target;
};

const later = (rest: readonly Document[], reason: string, afterMs: number | null) =>
  ({ kind: 'later', accepted: 0, refused: null, rest, afterMs, reason }) satisfies SendOutcome;

const countOf = (body: unknown, name: string): number => {
  const value = memberOf(body, name);
  return typeof value === 'number' ? value : 0;
};

const refusalOf = (body: unknown): Refusal | null => {
  const count = countOf(body, 'rejectedCount');
  if (count === 0) return null;
  const rejected = memberOf(body, 'rejected');
  const reason = memberOf(Array.isArray(rejected) ? rejected[0] : undefined, 'reason');
  return { count, reason: typeof reason === 'string' ? reason : 'without a reason' };
};

/** A fault midway keeps what was stored before it; lines are stored in their order. */
const linesDone = (body: unknown, accepted: number): number => {
  const rejected = memberOf(body, 'rejected');
  const lines = (Array.isArray(rejected) ? rejected : [])
    .map((each: unknown) => countOf(each, 'line'))
    .toSorted((a, b) => a - b);
  let done = accepted;
  for (const line of lines) if (line <= done + 1) done += 1;
  return done;
};

const detailOf = (body: unknown): string => {
  const detail = memberOf(body, 'detail');
  return typeof detail === 'string' ? detail : 'no details';
};

const deniedText = (url: URL, status: number, body: unknown): string =>
  status === 401
    ? `Sentinel at ${url.href} does not know this token. Its SENTINEL_INGEST_TOKENS lists the tokens that it takes.`
    : `Sentinel at ${url.href} refuses telemetry: ${detailOf(body)}`;
