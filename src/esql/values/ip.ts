const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
/** Four numbers from 0 to 255, without leading zeros, which some read as octal. */
export const IPV4 = String.raw`${OCTET}(?:\.${OCTET}){3}`;
/** Groups of an IPv6 address on one side of its `::`, or none. */
export const IPV6_GROUPS = '(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*)?';
/** What an IPv4 address is in the form of IPv6, in hexadecimal. */
export const MAPPED = '00000000000000000000ffff';

const GROUPS = 8;
const BITS = 128;
const MAPPED_BITS = 96;

const WHOLE_IPV4 = new RegExp(`^${IPV4}$`);
const WHOLE_GROUPS = new RegExp(`^${IPV6_GROUPS}$`);
const TRAILING_IPV4 = new RegExp(`(?<=:)${IPV4}$`);

const hexOfIpv4 = (text: string): string =>
  text
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join('');

const groupsOf = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
const padded = (groups: readonly string[]): string =>
  groups.map((group) => group.toLowerCase().padStart(4, '0')).join('');

/**
 * An IPv4 or IPv6 address as the 32 hexadecimal digits of its IPv6 form, so that their order is the
 * order of addresses; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). Undefined if it is none.
 */
export const parseIp = (text: string): string | undefined => {
  if (WHOLE_IPV4.test(text)) return `${MAPPED}${hexOfIpv4(text)}`;
  const groups = text.replace(TRAILING_IPV4, (ipv4) => {
    const hex = hexOfIpv4(ipv4);
    return `${hex.slice(0, 4)}:${hex.slice(4)}`;
  });
  const gap = groups.indexOf('::');
  const [left, right] = gap === -1 ? [groups, ''] : [groups.slice(0, gap), groups.slice(gap + 2)];
  if (!WHOLE_GROUPS.test(left) || !WHOLE_GROUPS.test(right)) return undefined;
  const [before, after] = [groupsOf(left), groupsOf(right)];
  const missing = GROUPS - before.length - after.length;
  if (gap === -1 ? missing !== 0 : missing < 1) return undefined;
  return `${padded(before)}${'0000'.repeat(missing)}${padded(after)}`;
};

export interface IpRange {
  readonly from: string;
  readonly to: string;
}

/** The first and last address of a block like 10.0.0.0/8, as `parseIp` writes them. */
export const parseCidr = (text: string): IpRange | undefined => {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseIp(match[1]);
  if (address === undefined || match?.[1] === undefined) return undefined;
  const length = Number(match[2]) + (match[1].includes(':') ? 0 : MAPPED_BITS);
  if (length > BITS) return undefined;
  const host = (1n << BigInt(BITS - length)) - 1n;
  const value = BigInt(`0x${address}`);
  const hex = (number: bigint): string => number.toString(16).padStart(BITS / 4, '0');
  return { from: hex(value & ~host), to: hex(value | host) };
};

/** The same, where an address without a length is a block of itself alone. */
export const parseBlock = (text: string): IpRange | undefined => {
  const address = text.includes('/') ? undefined : parseIp(text);
  return address === undefined ? parseCidr(text) : { from: address, to: address };
};
