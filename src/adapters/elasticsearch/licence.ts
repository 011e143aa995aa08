import type { Client } from '@elastic/elasticsearch';
import { SECOND_MS } from '#kernel/duration.ts';
import type { ServerInfo } from './connect.ts';

const LIMIT_MS = 5 * SECOND_MS;

/** Of the cluster, as far as it is told. */
export interface Licence {
  /** E.g. `basic`, `trial`, `enterprise`. */
  readonly type: string;
  readonly status: string;
  readonly expiresAt: Date | null;
}

/** Null: there is none to read (serverless), or the credentials may not. */
export const readLicence = async (client: Client, { isServerless }: ServerInfo): Promise<Licence | null> => {
  if (isServerless) return null;
  try {
    const { license } = await client.license.get({}, { requestTimeout: LIMIT_MS });
    const expiresAtMs = license.expiry_date_in_millis;
    return {
      type: license.type,
      status: license.status,
      expiresAt: expiresAtMs === undefined ? null : new Date(Number(expiresAtMs)),
    };
  } catch {
    // A query says for itself if the licence forbids it.
    return null;
  }
};

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** What an operator should do about the licence; null: nothing. */
export const licenceTrouble = (licence: Licence | null): string | null => {
  if (licence === null || licence.status === 'active') return null;
  const when = licence.expiresAt === null ? '' : ` on ${dayOf(licence.expiresAt)}`;
  const what = licence.status === 'expired' ? `expired${when}` : `is ${licence.status}`;
  return `The ${licence.type} licence of the Elasticsearch cluster ${what}, and Elasticsearch blocks parts of itself until there is a valid one. Renew it, or start the free Basic licence, which has all that Sentinel needs.`;
};

/** In a few words. */
export const describeLicence = (licence: Licence | null, { isServerless }: ServerInfo): string => {
  if (isServerless) return 'serverless, without a licence of its own';
  if (licence === null) return 'licence not told';
  const until = licence.expiresAt === null ? '' : ` until ${dayOf(licence.expiresAt)}`;
  if (licence.status !== 'active') return `${licence.type} licence, ${licence.status}`;
  return licence.type === 'trial'
    ? `trial licence${until}; Basic after it has all that Sentinel needs`
    : `${licence.type} licence${until}`;
};
