const FAMILIES = ['md5', 'sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512', 'sha-512/224', 'sha-512/256', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'] as const; // prettier-ignore

/** How Java's MessageDigest calls them, in any case. */
export const HASH_NAMES: readonly string[] = FAMILIES;

// SHA-1 and SHA-2 are known without the dash as well.
const withoutDash = (name: string): string => name.replace(/^sha-?(?=\d{1,3})/, 'sha-').replace(/^sha$/, 'sha-1');

/** The algorithm of HASH by one of its names, as OpenSSL calls it; undefined if there is none. */
export const hashOfName = (name: string): string | undefined => {
  const plain = name.toLowerCase();
  const known = HASH_NAMES.find((candidate) => candidate === (plain.startsWith('sha3-') ? plain : withoutDash(plain)));
  return known?.replace(/^sha-/, 'sha').replace('/', '-');
};
