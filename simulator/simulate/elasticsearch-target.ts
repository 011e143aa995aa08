import { memberOf, pathBelow, request, type RequestOptions, type RequestOutcome, retryAfterMs } from './request.ts';
import type { SimulateFlags, TelemetryKind } from './flags.ts';
import { INDEX_MAPPINGS } from './index-mappings.ts';
import type { TargetDeps } from './sentinel-target.ts';
import { type Document, type Refusal, type SendOutcome, SimulateFault, type Target } from './target.ts';

export interface ElasticsearchCredentials {
  readonly apiKey: string | null;
  readonly basic: { readonly username: string; readonly password: string } | null;
}

export interface ElasticsearchTargetOptions {
  readonly url: URL;
  readonly credentials: ElasticsearchCredentials;
  readonly indices: SimulateFlags['indices'];
}

const KINDS: readonly TelemetryKind[] = ['logs', 'spans', 'metrics'];
const CONFLICT = 409;
const TOO_MANY = 429;

/**
 * An Elasticsearch, over `_bulk`. Each row has an id of its own and is only ever created, so a
 * second attempt after a lost answer stores nothing twice.
 */
export const createElasticsearchTarget = (deps: TargetDeps, options: ElasticsearchTargetOptions): Target => {
  const { url, credentials, indices } = options;
  const authorization = authorizationOf(credentials);
  const ask = (path: string, rest: Omit<RequestOptions, 'signal'>): Promise<RequestOutcome> =>
    request(pathBelow(url, path), {
      ...rest,
      headers: { ...rest.headers, ...authorization },
      signal: deps.signal,
    });
  const refuseDenied = (status: number): void => {
    if (status === 401) {
      throw new SimulateFault(
        `Elasticsearch at ${url.href} does not accept these credentials. Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD.`,
      );
    }
    if (status === 403) {
      throw new SimulateFault(
        `These credentials may not write to ${Object.values(indices).join(', ')} at ${url.href}. They need create_doc and create_index, or indices that exist.`,
      );
    }
  };

  return {
    name: `Elasticsearch at ${url.href}`,
    prepare: async () => {
      for (const kind of KINDS) {
        const found = await ask(indices[kind], { method: 'HEAD' });
        if (found.kind === 'unreachable') throw new SimulateFault(`${url.href} cannot be reached: ${found.reason}.`);
        if (found.answer.status === 401) refuseDenied(401);
        if (found.answer.status !== 404) continue;
        // Refused where a template makes data streams of such names; then the first row makes one.
        const made = await ask(indices[kind], {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ mappings: INDEX_MAPPINGS[kind] }),
        });
        if (made.kind === 'answered') refuseDenied(made.answer.status);
      }
    },
    send: async (kind, documents) => {
      const outcome = await ask(`${indices[kind]}/_bulk`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: documents.map(({ id, json }) => `{"create":{"_id":"${id}"}}\n${json}\n`).join(''),
      });
      if (outcome.kind === 'unreachable') return later(documents, outcome.reason, null);
      const { status, headers, body } = outcome.answer;
      if (status === 413) return { kind: 'too-large' };
      refuseDenied(status);
      const afterMs = retryAfterMs(headers, deps.clock.now());
      if (status === TOO_MANY || status >= 500) return later(documents, `it answers ${status}`, afterMs);
      const items = memberOf(body, 'items');
      if (status !== 200 || !Array.isArray(items) || items.length !== documents.length) {
        throw new SimulateFault(`${url.href} answered ${status} to _bulk, and not as Elasticsearch does.`);
      }
      return readItems(documents, items, afterMs);
    },
  };
};

const authorizationOf = ({ apiKey, basic }: ElasticsearchCredentials): Readonly<Record<string, string>> => {
  if (apiKey !== null) return { authorization: `ApiKey ${apiKey}` };
  if (!basic) return {};
  return { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` };
};

const later = (rest: readonly Document[], reason: string, afterMs: number | null): SendOutcome => ({
  kind: 'later',
  accepted: 0,
  refused: null,
  rest,
  afterMs,
  reason,
});

const readItems = (documents: readonly Document[], items: readonly unknown[], afterMs: number | null): SendOutcome => {
  const rest: Document[] = [];
  let accepted = 0;
  const reasons: string[] = [];
  for (const [index, document] of documents.entries()) {
    const item = memberOf(items[index], 'create');
    const status = memberOf(item, 'status');
    if (typeof status !== 'number' || status === TOO_MANY || status >= 500) rest.push(document);
    else if (status < 300 || status === CONFLICT) accepted += 1;
    else reasons.push(reasonOf(item));
  }
  const [reason] = reasons;
  const refused: Refusal | null = reason === undefined ? null : { count: reasons.length, reason };
  if (rest.length === 0) return { kind: 'done', accepted, refused };
  return { kind: 'later', accepted, refused, rest, afterMs, reason: `it puts off ${rest.length} rows` };
};

const reasonOf = (item: unknown): string => {
  const error = memberOf(item, 'error');
  const reason = memberOf(error, 'reason');
  const type = memberOf(error, 'type');
  return [type, reason].filter((part) => typeof part === 'string').join(': ') || 'without a reason';
};
