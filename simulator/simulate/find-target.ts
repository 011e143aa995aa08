import type { TargetKind } from './flags.ts';
import { memberOf, pathBelow, request } from './request.ts';
import { SimulateFault } from './target.ts';

/** Asks the address what it is. Throws SimulateFault if it does not answer, or is neither of the two. */
export const findTargetKind = async (url: URL, signal: AbortSignal): Promise<TargetKind> => {
  const root = await request(pathBelow(url, ''), { method: 'GET', signal });
  if (root.kind === 'unreachable') {
    throw new SimulateFault(`${url.href} cannot be reached: ${root.reason}. Is it running, and is the port right?`);
  }
  // Before the product's name, which a Sentinel says as well: clients of Elasticsearch may send to it.
  const health = await request(pathBelow(url, 'healthz'), { method: 'GET', signal });
  if (health.kind === 'answered' && memberOf(health.answer.body, 'status') === 'alive') return 'sentinel';
  if (root.answer.headers.get('x-elastic-product') === 'Elasticsearch') return 'elasticsearch';
  throw new SimulateFault(
    `${url.href} answers, but is neither a Sentinel nor an Elasticsearch. If it is one behind a proxy, say which with --target.`,
  );
};
