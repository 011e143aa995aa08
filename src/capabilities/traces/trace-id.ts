/** What a person may mean by what they pasted. */
export type TraceIdReading =
  | {
      readonly kind: 'id';
      readonly traceId: string;
      /** Where hexadecimal digits were typed in capitals, which some systems store; else null. */
      readonly asTyped: string | null;
    }
  | { readonly kind: 'malformed'; readonly why: 'empty' | 'characters' | 'too-long' | 'zero' };

const LONGEST = 128;
// W3C Trace Context, "traceparent": version, trace id, parent id, flags.
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/iu;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
// An id of W3C, whose digits are small, or the beginning of one.
const HEXADECIMAL = /^[0-9a-f]{1,32}$/iu;
// Other systems' ids: decimal digits, X-Ray's `1-5759e988-…`, base64.
const PLAIN = /^[0-9A-Za-z][0-9A-Za-z_.:=+/@-]*$/u;

/**
 * Reads a trace id as people paste it: in quotes, with its field's name, as a `traceparent` header, a UUID or in
 * capitals. Ids of other shapes are taken as they are.
 */
export const readTraceId = (pasted: string): TraceIdReading => {
  const text = pasted
    .replace(/^[\s"'`]*(?:trace[._ ]?id|traceparent)["'`]?\s*[:=]+/iu, '')
    .replace(/^[\s"'`]+|[\s"'`,;]+$/gu, '');
  if (text === '') return { kind: 'malformed', why: 'empty' };
  if (text.length > LONGEST) return { kind: 'malformed', why: 'too-long' };
  const traceId = TRACEPARENT.exec(text)?.[1] ?? (UUID.test(text) ? text.replaceAll('-', '') : text);
  if (/^[0-]+$/u.test(traceId)) return { kind: 'malformed', why: 'zero' };
  if (!PLAIN.test(traceId)) return { kind: 'malformed', why: 'characters' };
  const small = HEXADECIMAL.test(traceId) ? traceId.toLowerCase() : traceId;
  return { kind: 'id', traceId: small, asTyped: small === traceId ? null : traceId };
};
