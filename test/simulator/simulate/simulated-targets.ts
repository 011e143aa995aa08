import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeServer {
  readonly url: URL;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** What is outside the machine, at the wire: every request is kept, and answered as the test says. */
export const startFakeServer = async (
  answer: (request: SeenRequest, response: ServerResponse) => void,
): Promise<FakeServer> => {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

export const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** A small Elasticsearch: product header, indices, and `_bulk` with an outcome for each document. */
export const startFakeElasticsearch = async (
  outcomeOf: (id: string, attempt: number) => { readonly status: number; readonly reason?: string } = () => ({
    status: 201,
  }),
): Promise<FakeServer & { readonly stored: ReadonlyMap<string, Readonly<Record<string, unknown>>> }> => {
  const stored = new Map<string, Readonly<Record<string, unknown>>>();
  const attempts = new Map<string, number>();
  const indices = new Set<string>();
  const server = await startFakeServer((request, response) => {
    const product = { 'x-elastic-product': 'Elasticsearch' };
    const [, index = '', action] = request.path.split('/');
    if (action === '_bulk') {
      const lines = request.body.trimEnd().split('\n');
      const items = [];
      for (let at = 0; at < lines.length; at += 2) {
        const { _id: id } = JSON.parse(lines[at] ?? '').create;
        const attempt = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, attempt);
        const key = `${index}/${id}`;
        const { status, reason } = stored.has(key) ? { status: 409, reason: 'exists' } : outcomeOf(id, attempt);
        if (status < 300) stored.set(key, JSON.parse(lines[at + 1] ?? ''));
        const error = status < 300 ? {} : { error: { type: 'document_parsing_exception', reason } };
        items.push({ create: { _index: index, _id: id, status, ...error } });
      }
      sendJson(response, 200, { errors: items.some((item) => item.create.status >= 300), items }, product);
    } else if (request.method === 'HEAD') {
      response.writeHead(indices.has(index) ? 200 : 404, product).end();
    } else if (request.method === 'PUT') {
      indices.add(index);
      sendJson(response, 200, { acknowledged: true }, product);
    } else sendJson(response, 200, { version: { number: '9.2.0' } }, product);
  });
  return { ...server, stored };
};
