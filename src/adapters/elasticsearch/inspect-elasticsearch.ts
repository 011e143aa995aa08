import { setTimeout as wait } from 'node:timers/promises';
import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';
import type { Logger } from '#ports/logger.ts';
import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { awaitServer, createClient } from './connect.ts';
import { elasticsearchFault, timeLimitFault } from './elasticsearch-fault.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { describeLicence, licenceTrouble, readLicence } from './licence.ts';
import { readNamedLookups } from './named-lookups.ts';
import { type ReadFields, readFields } from './read-fields.ts';
import { reportFields, type SourceReport } from './report-fields.ts';
import { type LookupReport, reportLookups } from './report-lookups.ts';

/** What an Elasticsearch is and what of it Sentinel could use. */
export interface Inspection {
  readonly version: string;
  /** In a few words. */
  readonly licence: string;
  readonly troubles: readonly string[];
  readonly sources: readonly SourceReport[];
  /** Of the configured names. */
  readonly lookups: readonly LookupReport[];
}

/** Looks at a server without making or changing anything there. Throws AppError within the limit. */
export const inspectElasticsearch = async (
  deps: { readonly logger: Logger; readonly random: Random },
  options: ElasticsearchOptions,
  limitMs: number,
): Promise<Inspection> => {
  const client = createClient(options);
  const done = new AbortController();
  const look = async (): Promise<Inspection> => {
    const server = await awaitServer(deps, client, 0);
    const licence = await readLicence(client, server);
    const fields = new Map<TelemetryKind, ReadFields>();
    for (const kind of TELEMETRY_KINDS) fields.set(kind, await readFields(client, options, kind));
    const lookups = await readNamedLookups(client, options.lookups);
    const trouble = licenceTrouble(licence);
    return {
      version: server.isServerless ? 'serverless' : server.version,
      licence: describeLicence(licence, server),
      troubles: trouble === null ? [] : [trouble],
      sources: reportFields(options, (kind) => {
        const read = fields.get(kind);
        invariant(read, 'the fields of each kind were read');
        return read;
      }),
      lookups: reportLookups(lookups),
    };
  };
  try {
    const tooLate = wait(limitMs, undefined, { signal: done.signal }).then(() => {
      throw timeLimitFault();
    });
    return await Promise.race([look(), tooLate]);
  } catch (error) {
    throw elasticsearchFault(error);
  } finally {
    done.abort();
    await client.close();
  }
};
