import { createHash, timingSafeEqual } from 'node:crypto';

export interface IngestSource {
  /** Names the sender in logs. */
  readonly source: string;
  readonly token: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const BEARER = /^Bearer +([^ ]+) *$/i;

/**
 * Makes the look-up of the source that a request's Authorization header names. Every token is
 * compared, each in constant time, so that an answer's delay tells nothing about any of them.
 */
export const createSourceFinder = (
  sources: readonly IngestSource[],
): ((authorization: string | undefined) => string | undefined) => {
  const known = sources.map(({ source, token }) => ({ source, digest: digest(token) }));
  return (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const given = digest(token);
    let found: string | undefined;
    for (const each of known) if (timingSafeEqual(each.digest, given)) found = each.source;
    return found;
  };
};
