import { createHash, timingSafeEqual } from 'node:crypto';

export interface IngestSource {
  /** Names the sender in logs. */
  readonly source: string;
  readonly token: string;
}

export type FindSource = (token: string | undefined) => string | undefined;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Makes the look-up of the source that a token belongs to. Every token is compared, each in
 * constant time, so that an answer's delay tells nothing about any of them.
 */
export const createSourceFinder = (sources: readonly IngestSource[]): FindSource => {
  const known = sources.map(({ source, token }) => ({ source, digest: digest(token) }));
  return (token) => {
    if (token === undefined) return undefined;
    const given = digest(token);
    let found: string | undefined;
    for (const each of known) if (timingSafeEqual(each.digest, given)) found = each.source;
    return found;
  };
};

const BEARER = /^Bearer +([^ ]+) *$/i;

export const bearerToken = (authorization: string | undefined): string | undefined =>
  BEARER.exec(authorization ?? '')?.[1];

const SCHEMES = /^(Bearer|Basic|ApiKey) +([^ ]+) *$/i;

/** What stands behind the first colon of `name:secret` in base64. */
const secretIn = (encoded: string): string | undefined => {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : text.slice(colon + 1);
};

/**
 * The token as clients of Elasticsearch can send it: as a bearer token, as the password of any user,
 * or as an API key, bare or behind an id.
 */
export const elasticsearchToken = (authorization: string | undefined): string | undefined => {
  const [, scheme, value] = SCHEMES.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  return secretIn(value) ?? (scheme.toLowerCase() === 'apikey' ? value : undefined);
};
