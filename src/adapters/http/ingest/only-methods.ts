import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../problem.ts';
import { dropBody } from './ingest-body.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Answers every other method of an address with 405 and what it takes (RFC 9110, 15.5.6). HEAD comes with GET. */
export const onlyMethods = (scope: FastifyInstance, url: string, taken: readonly Method[]): void => {
  scope.route({
    method: METHODS.filter((method) => !taken.includes(method)),
    url,
    handler: async (request, reply) => {
      dropBody(request);
      const detail = `This address takes ${taken.join(' and ')} only, not ${request.method}.`;
      return sendProblem(reply.header('allow', taken.join(', ')), { status: 405, detail });
    },
  });
};
