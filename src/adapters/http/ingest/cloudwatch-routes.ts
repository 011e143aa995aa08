import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  assertFewParts,
  type CloudwatchOutcome,
  type Delivery,
  ingestCloudwatch,
  type IngestCloudwatchDeps,
  joinOutcomes,
  MalformedBody,
  readLogsEnvelope,
  RequestTooLarge,
} from '#capabilities/ingest/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { sendProblem } from '../problem.ts';
import { bearerToken } from './find-source.ts';
import { BodyTooLarge, collectBody, digestOf, openBody } from './ingest-body.ts';
import type { IngestRouteDeps, IngestRouteOptions, IngestSurface, Served } from './serve-ingest.ts';

export interface CloudwatchOptions extends IngestRouteOptions {
  /** Words that mark a line as a failure. */
  readonly cloudwatchFilter: readonly string[];
}

type CloudwatchDeps = IngestRouteDeps & Pick<IngestCloudwatchDeps, 'keepMatches'>;

const unzip = promisify(gunzip);

const parseBody = async (request: FastifyRequest, maxBodyBytes: number): Promise<Readonly<Record<string, unknown>>> => {
  const body = await collectBody(openBody(request, maxBodyBytes));
  assertFewParts(body);
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    throw new MalformedBody('it is not JSON', { cause: error });
  }
  throw new MalformedBody('it is not a JSON object');
};

const GZIP = Buffer.from([0x1f, 0x8b]);
const OBJECT_BEGINS = '{'.charCodeAt(0);

interface Packed {
  readonly data: unknown;
  /** As a refusal names it. */
  readonly name: string;
}

/** Unpacks base64 and gzip; Firehose may have unpacked the gzip already, where its stream is told to. */
const unpack = async ({ data, name }: Packed, maxBodyBytes: number): Promise<Buffer> => {
  if (typeof data !== 'string') throw new MalformedBody(`${name} is not a string`);
  const bytes = Buffer.from(data, 'base64');
  if (bytes[0] === OBJECT_BEGINS) return bytes;
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) throw new MalformedBody(`${name} is not gzip in base64`);
  try {
    return await unzip(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge(maxBodyBytes);
    throw new MalformedBody(`${name} is damaged or cut off gzip`, { cause: error });
  }
};

/**
 * What was packed, in parts that unpack to the limit together: what a sender gathers is small, packed, and cannot be
 * made smaller by it. One that is larger alone throws BodyTooLarge.
 */
async function* partsOf(packed: readonly Packed[], maxBodyBytes: number): AsyncGenerator<readonly Delivery[]> {
  let part: Delivery[] = [];
  let bytes = 0;
  for (const each of packed) {
    const unpacked = await unpack(each, maxBodyBytes);
    assertFewParts(unpacked);
    const envelope = readLogsEnvelope(unpacked.toString('utf8'));
    if (envelope === undefined) throw new MalformedBody(`${each.name} holds no message of CloudWatch Logs`);
    if (envelope.isControl) continue;
    if (bytes + unpacked.length > maxBodyBytes) {
      yield part;
      [part, bytes] = [[], 0];
    }
    bytes += unpacked.length;
    part.push({ envelope, key: digestOf(String(each.data)) });
  }
  yield part;
}

/** Stores each part as a whole; of an ordinary request there is one. */
const ingestParts = async (
  deps: CloudwatchDeps,
  options: CloudwatchOptions,
  packed: readonly Packed[],
): Promise<CloudwatchOutcome> => {
  const outcomes: CloudwatchOutcome[] = [];
  for await (const part of partsOf(packed, options.maxBodyBytes))
    outcomes.push(await ingestCloudwatch(deps, part, options.cloudwatchFilter));
  return joinOutcomes(outcomes);
};

const REQUEST_ID = 'x-amz-firehose-request-id';

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** As bytes: Fastify adds a charset to a string's type, and Firehose takes `application/json` alone. */
const answerFirehose = (reply: FastifyReply, status: number, answer: object): FastifyReply =>
  reply
    .code(status)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(answer)));

export const firehoseSurface = (clock: Clock): IngestSurface => ({
  format: 'firehose',
  tokenOf: (request) => headerOf(request, 'x-amz-firehose-access-key'),
  tokenHint: 'Set the token of a configured source as the access key of the delivery stream.',
  // Firehose wants the id of its request back, also where it failed; whatever is not 200 it sends again, and keeps in
  // its backup bucket in the end. But not 413: that it takes for final, and throws the records away.
  fail: (request, reply, { status, detail, retryAfterSeconds }) => {
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    const requestId = headerOf(request, REQUEST_ID) ?? '';
    const answer = { requestId, timestamp: clock.now().getTime(), errorMessage: detail };
    return answerFirehose(reply, status === 413 ? 400 : status, answer);
  },
});

const TOLD_REJECTIONS = 5;
// What Firehose itself sends at most; each is unpacked by itself.
const MAX_FIREHOSE_RECORDS = 10_000;

/** Nobody behind the sender reads an answer: Firehose wants none, and a function ignores it. */
const tellRejections = (
  { logger }: CloudwatchDeps,
  source: string,
  format: string,
  outcome: CloudwatchOutcome,
): Served => {
  const { accepted, rejectedCount, rejected } = outcome;
  if (rejectedCount > 0) {
    const fields = { source, format, accepted, rejectedCount, rejected: rejected.slice(0, TOLD_REJECTIONS) };
    logger.warn(fields, 'Events of CloudWatch Logs were refused and are not stored');
  }
  return { accepted, rejected: rejectedCount };
};

/** POST /ingest/cloudwatch/firehose: Amazon Data Firehose's HTTP endpoint delivery, fed by CloudWatch Logs. */
export const receiveFirehose =
  (deps: CloudwatchDeps, options: CloudwatchOptions) =>
  async (request: FastifyRequest, reply: FastifyReply, source: string): Promise<Served> => {
    const { requestId, timestamp, records } = await parseBody(request, options.maxBodyBytes);
    if (typeof requestId !== 'string' || typeof timestamp !== 'number' || !Array.isArray(records)) {
      throw new MalformedBody('requestId, timestamp or records are missing');
    }
    if (records.length > MAX_FIREHOSE_RECORDS) {
      throw new RequestTooLarge(
        `The request has more than ${MAX_FIREHOSE_RECORDS} records. Send it in several requests.`,
      );
    }
    const packed = records.map((record: unknown, index) => ({
      data: (record as { readonly data?: unknown } | null)?.data,
      name: `records[${index}].data`,
    }));
    const outcome = await ingestParts(deps, options, packed);
    answerFirehose(reply, 200, { requestId, timestamp });
    return tellRejections(deps, source, 'firehose', outcome);
  };

export const awslogsSurface: IngestSurface = {
  format: 'awslogs',
  tokenOf: (request) => bearerToken(request.headers.authorization),
  tokenHint: 'Send the token of a configured source as a bearer token.',
  fail: (_request, reply, problem) => sendProblem(reply, problem),
};

/** POST /ingest/cloudwatch/awslogs: the event that a Lambda function gets from a subscription, passed on as it is. */
export const receiveAwslogs =
  (deps: CloudwatchDeps, options: CloudwatchOptions) =>
  async (request: FastifyRequest, reply: FastifyReply, source: string): Promise<Served> => {
    const { awslogs } = await parseBody(request, options.maxBodyBytes);
    const data = (awslogs as { readonly data?: unknown } | null | undefined)?.data;
    const outcome = await ingestParts(deps, options, [{ data, name: 'awslogs.data' }]);
    reply.code(200).send(outcome);
    return tellRejections(deps, source, 'awslogs', outcome);
  };
