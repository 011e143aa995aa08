// Beginnings that say what a token is and nothing of which one it is.
const TOKEN_KINDS = ['xoxb-', 'xapp-', 'xoxp-', 'xoxe-', 'xoxa-', 'xoxs-', 'xoxc-', 'xoxd-'] as const;
const SCHEMES = ['postgres', 'postgresql', 'mysql', 'mongodb', 'redis', 'rediss', 'http', 'https', 'amqp'] as const;
const LEAST_TOKEN = 16;
const MOST_TOKEN = 256;

/** What is wrong with a refused value of the environment, without a character of it that could be secret. */
export const describeSecret = (variable: string, value: unknown): string => {
  if (typeof value !== 'string') return 'no text';
  const text = value.trim();
  if (variable === 'SENTINEL_INGEST_TOKENS') return describePairs(text);
  if (/^(["']).*\1$/su.test(text)) return 'a value with quotes around it';
  if (variable.endsWith('_URL')) return describeAddress(variable, text);
  if (text !== value) return 'a value with a space before or after it';
  if (/\s/u.test(text)) return 'a value with a space in it';
  return describeToken(text);
};

const describeToken = (text: string): string => {
  const kind = TOKEN_KINDS.find((prefix) => text.startsWith(prefix));
  if (kind !== undefined) return text === kind ? `${kind} and nothing after it` : `a token that begins with ${kind}`;
  return text.length < LEAST_TOKEN ? `only ${characters(text)}` : `${characters(text)} that begin otherwise`;
};

const characters = (text: string): string => (text.length === 1 ? '1 character' : `${text.length} characters`);

const describeAddress = (variable: string, text: string): string => {
  const scheme = SCHEMES.find((name) => text.toLowerCase().startsWith(`${name}://`));
  if (scheme === undefined) return text.includes('://') ? 'an address of another kind' : 'no address';
  if (/\s/u.test(text)) return 'an address with a space in it';
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (variable === 'ELASTICSEARCH_URL' && parsed !== null && parsed.username + parsed.password !== '')
    return 'an address with a user or password in it';
  if (/[#@/].*@/u.test(text.slice(scheme.length + '://'.length))) return 'an address with / # or @ in its password';
  if (parsed === null) return `an address that begins with ${scheme}:// and cannot be read`;
  return parsed.host === '' ? `${scheme}:// without a host` : `an address that begins with ${scheme}://`;
};

/** The first pair that is wrong, by its place: without a `=` its source may be its token. */
const describePairs = (text: string): string => {
  const sources = new Set<string>();
  const tokens = new Set<string>();
  for (const [index, pair] of text.split(',').entries()) {
    const which = `pair ${index + 1}`;
    const at = pair.indexOf('=');
    if (pair.trim() === '') return `nothing between two commas, as ${which}`;
    if (at < 0) return `no = in ${which}`;
    const [source, token] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (!/^[A-Za-z0-9][\w.-]{0,62}$/u.test(source)) return `${which} with a source that is no name`;
    if (/\s/u.test(token)) return `a space in the token of ${which}`;
    if (token.length < LEAST_TOKEN) return `a token of ${characters(token)} in ${which}`;
    if (token.length > MOST_TOKEN) return `a token of over ${MOST_TOKEN} characters in ${which}`;
    if (sources.has(source)) return `the source of ${which} twice`;
    if (tokens.has(token)) return `the token of ${which} twice`;
    sources.add(source);
    tokens.add(token);
  }
  return 'no such pairs';
};
