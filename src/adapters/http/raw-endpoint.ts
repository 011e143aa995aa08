import type { FastifyInstance } from 'fastify';

export interface RawRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it arrived, byte for byte: signatures are made over it. */
  readonly body: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  /** Null where the body is empty. */
  readonly contentType: string | null;
  readonly body: string;
}

/** An address whose requests somebody else reads and answers. */
export interface RawEndpoint {
  readonly path: string;
  readonly maxBodyBytes: number;
  answer(request: RawRequest): Promise<RawAnswer>;
}

export const addRawEndpoint = (app: FastifyInstance, endpoint: RawEndpoint): void => {
  app.register(async (scope) => {
    const bodyLimit = endpoint.maxBodyBytes;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
    scope.post(endpoint.path, { bodyLimit }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await endpoint.answer({ headers: request.headers, body });
      if (answer.contentType !== null) void reply.type(answer.contentType);
      return reply.code(answer.status).send(answer.body);
    });
  });
};
