import { IPV4, IPV6_GROUPS, MAPPED } from '#esql/values/ip.ts';

// Addresses are the texts of src/esql/values/ip.ts inside a query and are read and written at its ends.

/** The body with a name for a value, so that it is computed once even inside a lambda. */
const bound = (name: string, value: string, body: string): string =>
  `list_transform([${value}], lambda ${name}: ${body})[1]`;

const octet = (text: string, at: number): string => `TRY_CAST(split_part(${text}, '.', ${at}) AS INTEGER)`;
const hexOfIpv4 = (text: string): string =>
  `printf('%02x%02x%02x%02x', ${[1, 2, 3, 4].map((at) => octet(text, at)).join(', ')})`;

const groups = (half: string): string => `CASE WHEN ${half} = '' THEN [] ELSE string_split(${half}, ':') END`;
const padded = (list: string): string =>
  `array_to_string(list_transform(${list}, lambda ip_group: lpad(lower(ip_group), 4, '0')), '')`;

const fromHalves = (gap: string, left: string, right: string): string => {
  const areGroups = [left, right].map((half) => `regexp_full_match(${half}, '${IPV6_GROUPS}')`).join(' AND ');
  const missing = `(8 - len(ip_before) - len(ip_after))`;
  const isWhole = `CASE WHEN ${gap} = 0 THEN ${missing} = 0 ELSE ${missing} >= 1 END`;
  const hex = `${padded('ip_before')} || repeat('0000', ${missing}) || ${padded('ip_after')}`;
  return bound(
    'ip_before',
    groups(left),
    bound('ip_after', groups(right), `CASE WHEN ${areGroups} AND ${isWhole} THEN ${hex} END`),
  );
};

const ipv6Sql = (text: string): string => {
  const ipv4 = `regexp_extract(${text}, ':(${IPV4})$', 1)`;
  const written = bound(
    'ip_tail',
    ipv4,
    `CASE WHEN ip_tail = '' THEN ${text} ELSE left(${text}, length(${text}) - length(ip_tail)) || ` +
      `left(${hexOfIpv4('ip_tail')}, 4) || ':' || right(${hexOfIpv4('ip_tail')}, 4) END`,
  );
  const left = `CASE WHEN ip_gap = 0 THEN ip_groups ELSE left(ip_groups, ip_gap - 1) END`;
  const right = `CASE WHEN ip_gap = 0 THEN '' ELSE substring(ip_groups, ip_gap + 2) END`;
  const halves = bound('ip_left', left, bound('ip_right', right, fromHalves('ip_gap', 'ip_left', 'ip_right')));
  return bound('ip_groups', written, bound('ip_gap', `strpos(ip_groups, '::')`, halves));
};

/** A text as an address; null if it is none. */
export const parseIpSql = (text: string): string =>
  bound(
    'ip_text',
    text,
    `CASE WHEN regexp_full_match(ip_text, '${IPV4}') THEN '${MAPPED}' || ${hexOfIpv4('ip_text')} ` +
      `WHEN contains(ip_text, ':') THEN ${ipv6Sql('ip_text')} END`,
  );

const byte = (address: string, at: number): string =>
  `CAST(CAST('0x' || substring(${address}, ${25 + at * 2}, 2) AS INTEGER) AS VARCHAR)`;

const group = (address: string, at: number): string =>
  `coalesce(nullif(ltrim(substring(${address}, ${at * 4 + 1}, 4), '0'), ''), '0')`;

/** The longest run of zero groups, the first of several, becomes `::` (RFC 5952, 4.2). */
const shortened = (text: string): string => {
  const runs = [8, 7, 6, 5, 4, 3, 2].map((length) => `:${'0:'.repeat(length)}`);
  const replaced = `CASE ${runs.map((run) => `WHEN contains(${text}, '${run}') THEN regexp_replace(${text}, '${run}', '::')`).join(' ')} ELSE ${text} END`;
  const start = `CASE WHEN starts_with(ip_short, '::') THEN 1 ELSE 2 END`;
  const cut = `CASE WHEN ends_with(ip_short, '::') THEN 0 ELSE 1 END`;
  return bound(
    'ip_short',
    replaced,
    `substring(ip_short, ${start}, length(ip_short) - (${start} - 1) - CASE WHEN ip_short = '::' THEN 0 ELSE ${cut} END)`,
  );
};

/** An address as people read it: 10.0.0.1, ::1. */
export const ipTextSql = (value: string): string => {
  const ipv4 = [0, 1, 2, 3].map((at) => byte('ip_hex', at)).join(` || '.' || `);
  const ipv6 = `':' || ${Array.from({ length: 8 }, (_, at) => group('ip_hex', at)).join(` || ':' || `)} || ':'`;
  return bound(
    'ip_hex',
    value,
    `CASE WHEN starts_with(ip_hex, '${MAPPED}') THEN ${ipv4} WHEN ip_hex IS NOT NULL THEN ${bound('ip_long', ipv6, shortened('ip_long'))} END`,
  );
};

const bits = (address: string): string => `CAST(CAST(unhex(${address}) AS BIT) AS VARCHAR)`;

/** Whether the address lies in the block that a text like 10.0.0.0/8 tells, or is the one it tells; null if the text is neither. */
export const inCidrSql = (address: string, block: string): string => {
  const prefix = `split_part(ip_block, '/', 1)`;
  const told = `TRY_CAST(regexp_extract(ip_block, '^[^/]+/(\\d{1,3})$', 1) AS INTEGER) + CASE WHEN contains(${prefix}, ':') THEN 0 ELSE 96 END`;
  const length = `CASE WHEN contains(ip_block, '/') THEN ${told} ELSE 128 END`;
  const isIn = `left(${bits(address)}, ip_length) = left(${bits('ip_network')}, ip_length)`;
  return bound(
    'ip_block',
    block,
    bound(
      'ip_network',
      parseIpSql(prefix),
      bound('ip_length', length, `CASE WHEN ip_length <= 128 AND ip_network IS NOT NULL THEN ${isIn} END`),
    ),
  );
};

/** The address with everything but its first bits cleared; null where either kind cannot have as many. */
export const ipPrefixSql = (address: string, ipv4Length: string, ipv6Length: string): string => {
  const isIpv4 = `starts_with(${address}, '${MAPPED}')`;
  const isPossible = `${ipv4Length} BETWEEN 0 AND 32 AND ${ipv6Length} BETWEEN 0 AND 128`;
  const length = `CASE WHEN ${isPossible} THEN CASE WHEN ${isIpv4} THEN 96 + ${ipv4Length} ELSE ${ipv6Length} END END`;
  const hex = `lower(hex(CAST(CAST(rpad(left(${bits(address)}, ip_kept), 128, '0') AS BIT) AS BLOB)))`;
  return bound('ip_kept', length, `CASE WHEN ip_kept IS NOT NULL THEN ${hex} END`);
};

const ofEach = (list: string, write: (address: string) => string): string =>
  `list_transform(${list}, lambda ip_member: ${write('ip_member')})`;

/** A stored column of addresses as queries hold it. */
export const readIpSql = (column: string, isList: boolean): string =>
  isList ? `list_sort(${ofEach(column, parseIpSql)})` : parseIpSql(column);

/** The text of an IPv4 address whose numbers may begin with zeros, read as octal or as decimal. */
export const withoutZeros = (text: string, base: 'octal' | 'decimal'): string => {
  if (base === 'decimal') return `regexp_replace(${text}, '(^|\\.)0+(\\d)', '\\1\\2', 'g')`;
  const digits = `[${[0, 1, 2, 3].map((at) => `TRY_CAST(right(ip_octet, ${at + 1})[1] AS INTEGER) * ${8 ** at}`).join(', ')}]`;
  const decimal = `CAST(list_sum(list_filter(${digits}, lambda ip_digit: ip_digit IS NOT NULL)) AS VARCHAR)`;
  const written = `CASE WHEN regexp_full_match(ip_octet, '0[0-7]{1,3}') THEN ${decimal} ELSE ip_octet END`;
  return `array_to_string(list_transform(string_split(${text}, '.'), lambda ip_octet: ${written}), '.')`;
};
