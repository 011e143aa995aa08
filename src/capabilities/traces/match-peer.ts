const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//u;
const PORT = /:\d{1,5}$/u;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[\da-f]*:[\da-f:.]*\]?)$/u;
// Names that only resolve inside a network; a label of a public name may be anybody's.
const PRIVATE = new Set(['svc', 'local', 'internal', 'lan', 'localdomain', 'consul', 'docker', 'cluster']);
const PUBLIC = /^(?:[a-z]{2}|com|net|org|edu|gov|info|dev|app|cloud|tech|online|site|shop|store)$/u;

/**
 * The known service that a caller means by what it wrote as the name of its peer: an address with scheme, port or path,
 * the name of a host in a cluster, other letters or separators. What fits none, or several, stays as it was written.
 */
export const matchPeer = (written: string, services: readonly string[]): string => {
  if (services.includes(written)) return written;
  for (const name of namesIn(written)) {
    const fitting = services.filter((service) => service.toLowerCase() === name);
    const alike = fitting.length > 0 ? fitting : services.filter((service) => plain(service) === plain(name));
    const [only, ...others] = alike;
    if (only !== undefined) return others.length === 0 ? only : written;
  }
  return written;
};

/** The host's whole name, then its first label where that alone names it. */
const namesIn = (written: string): readonly string[] => {
  const address = written.trim().toLowerCase().replace(SCHEME, '');
  const [authority = ''] = address.split(/[/?#]/u);
  const host = authority.replace(/^.*@/u, '').replace(PORT, '').replace(/\.$/u, '');
  if (host === '' || ADDRESS.test(host)) return [];
  const labels = host.split('.');
  const [first = ''] = labels;
  const last = labels.at(-1) ?? '';
  const isShort = labels.length === 2 && !PUBLIC.test(last);
  const isInside = labels.length > 1 && (labels.slice(1).includes('svc') || PRIVATE.has(last));
  return isShort || isInside ? [host, first] : [host];
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
