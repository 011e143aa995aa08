import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { startEsqlEngine, type EsqlEngine } from './esql-engine.ts';
import type { Json } from './json.ts';
import { mergeItems, splitBulk } from './partial-bulk.ts';
import { connectUpstream, deleteMatching } from './upstream.ts';

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly error?: object;
      readonly headers?: Record<string, string>;
    }
  /** Rows of a `_bulk`, by position, that are refused and not stored. */
  | { readonly kind: 'items'; readonly status: number; readonly positions: readonly number[] }
  /** No answer until the client gives up. */
  | { readonly kind: 'hang' }
  /** The right answer, late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The request is carried out and half of the answer sent. */
  | { readonly kind: 'cut' }
  /** The request is carried out and the connection closed without an answer. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'answer'; readonly body: object; readonly headers?: Record<string, string> };

export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The client closed the connection before it had an answer. */
  readonly isAborted: boolean;
}

interface Rule {
  readonly path: RegExp;
  readonly fault: Fault;
  times: number;
}

export interface ElasticsearchProxy {
  readonly url: string;
  readonly requests: readonly ProxyRequest[];
  /** The next requests of this method and path (`POST /_query`) meet this fault. */
  inject(path: RegExp, fault: Fault, times?: number): void;
  /** Forgets the faults that no request has met yet. */
  heal(): void;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  /** The server behind it; it answers all but `GET /` and `_query`. */
  readonly upstream: string;
  readonly now?: () => Date;
  readonly version?: string;
  readonly flavor?: string;
  /** Of the header X-Elastic-Product; null: none. */
  readonly product?: string | null;
  /** Speaks TLS with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Record<string, string>;
}

// The types of the language do not know it yet.
const { rawJSON: rawJson } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  text: JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? rawJson(String(value)) : value)),
  headers,
});

/** Elasticsearch in front of a server that lacks ES|QL and `GET /`: a real one of that kind, or the stand-in. */
export const startElasticsearchProxy = async (options: ProxyOptions): Promise<ElasticsearchProxy> => {
  const {
    upstream,
    now = () => new Date(),
    version = '9.2.0',
    flavor = 'default',
    product = 'Elasticsearch',
    tls,
  } = options;
  const requests: { -readonly [Key in keyof ProxyRequest]: ProxyRequest[Key] }[] = [];
  const rules: Rule[] = [];
  let engine: Promise<EsqlEngine> | undefined;

  const forward = async (request: IncomingMessage, body: string): Promise<Answer> => {
    const {
      'content-type': contentType = 'application/json',
      accept = 'application/json',
      authorization,
    } = request.headers;
    const response = await fetch(`${upstream}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': contentType, accept, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === '' ? {} : { body }),
    });
    return { status: response.status, text: await response.text() };
  };

  const answerQuery = async (body: string): Promise<Answer> => {
    const { query, params = [] } = JSON.parse(body) as { query: string; params?: Json[] };
    const isNamed = params.some((parameter) => typeof parameter === 'object' && parameter !== null);
    const parameters = isNamed ? Object.assign({}, ...params) : params;
    engine ??= startEsqlEngine(connectUpstream(upstream), now);
    const answer = await (await engine).run(query, parameters);
    if (answer.kind === 'rows') {
      const warning = answer.warnings.map((text) => `299 Elasticsearch-9.2.0 ${JSON.stringify(text)}`).join(', ');
      const { columns, values } = answer;
      return json(200, { took: 1, is_partial: false, columns, values }, warning === '' ? {} : { warning });
    }
    return json(400, { status: 400, error: { type: 'verification_exception', reason: answer.reason } });
  };

  /** The real server without ES|QL lacks this one too. */
  const answerDelete = async (request: IncomingMessage, pattern: string, body: string): Promise<Answer> => {
    const direct = await forward(request, body);
    if (direct.status !== 400 || !direct.text.includes('no handler found')) return direct;
    const { query } = JSON.parse(body) as { query: object };
    const deleted = await deleteMatching(upstream, pattern, query, request.headers.authorization);
    return json(200, { deleted, failures: [] });
  };

  const answer = (request: IncomingMessage, body: string): Promise<Answer> | Answer => {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/') return json(200, { name: 'proxy', version: { number: version, build_flavor: flavor } });
    if (path === '/_query') return answerQuery(body);
    const deleting = /^\/(.+)\/_delete_by_query$/.exec(path ?? '');
    return deleting ? answerDelete(request, deleting[1]!, body) : forward(request, body);
  };

  const refuseItems = async (
    request: IncomingMessage,
    body: string,
    { status, positions }: Extract<Fault, { kind: 'items' }>,
  ): Promise<Answer> => {
    const { kept, refused } = splitBulk(body, positions);
    const forwarded = kept === '' ? json(200, { took: 1, errors: false, items: [] }) : await forward(request, kept);
    return { ...forwarded, text: mergeItems(forwarded.text, refused, status) };
  };

  const write = (response: ServerResponse, { status, text, headers = {} }: Answer, isHead: boolean): void => {
    const type = 'application/vnd.elasticsearch+json;compatible-with=9';
    const named = product === null ? {} : { 'x-elastic-product': product };
    response.writeHead(status, { 'content-type': type, ...named, ...headers });
    response.end(isHead ? '' : text);
  };

  const serve: RequestListener = (request, response) => {
    void (async () => {
      const body = await readBody(request);
      const path = `${request.method} ${request.url}`;
      const seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        body,
        headers: request.headers,
        isAborted: false,
      };
      requests.push(seen);
      response.on('close', () => {
        seen.isAborted = !response.writableFinished;
      });
      const isHead = request.method === 'HEAD';
      const rule = rules.find((each) => each.times > 0 && each.path.test(path));
      if (rule) rule.times -= 1;
      const fault = rule?.fault;
      switch (fault?.kind) {
        case 'hang':
          return;
        case 'slow':
          await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
          return write(response, await answer(request, body), isHead);
        case 'status': {
          const error = fault.error ?? { type: 'injected_exception', reason: 'injected by the test' };
          return write(response, json(fault.status, { status: fault.status, error }, fault.headers), isHead);
        }
        case 'answer':
          return write(response, json(200, fault.body, fault.headers), isHead);
        case 'items':
          return write(response, await refuseItems(request, body, fault), isHead);
        case 'cut': {
          const whole = await answer(request, body);
          response.writeHead(whole.status, {
            'x-elastic-product': 'Elasticsearch',
            'content-length': whole.text.length + 10,
          });
          response.write(whole.text.slice(0, whole.text.length / 2));
          setImmediate(() => response.destroy());
          return;
        }
        case 'lose-answer':
          await answer(request, body);
          response.destroy();
          return;
        default:
          return write(response, await answer(request, body), isHead);
      }
    })().catch((error: unknown) => {
      console.error('the Elasticsearch proxy of the tests failed', error);
      response.destroy();
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    inject: (path, fault, times = 1) => void rules.push({ path, fault, times }),
    heal: () => void rules.splice(0),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      (await engine)?.close();
    },
  };
};
