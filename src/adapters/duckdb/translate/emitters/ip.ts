import { parseBlock } from '#esql/values/ip.ts';
import type { Emitter } from './emitter.ts';
import { valueAt } from './emitter.ts';
import { inCidrSql, ipPrefixSql } from '../sql/ip-sql.ts';

const cidrMatch: Emitter = (values, call, context) => {
  const address = context.once(valueAt(values, 0));
  const tests = call.arguments.slice(1).map((block, at) => {
    const range = block.kind === 'literal' ? parseBlock(String(block.value)) : undefined;
    if (!range) return inCidrSql(address, valueAt(values, at + 1));
    return `${address} BETWEEN ${context.bind(range.from, 'ip')} AND ${context.bind(range.to, 'ip')}`;
  });
  return `(${tests.join(' OR ')})`;
};

export const IP_EMITTERS: Readonly<Record<string, Emitter>> = {
  CIDR_MATCH: cidrMatch,
  IP_PREFIX: (values, _call, context) => {
    const [address, ipv4, ipv6] = [0, 1, 2].map((at) => context.once(valueAt(values, at)));
    return ipPrefixSql(address ?? '', ipv4 ?? '', ipv6 ?? '');
  },
};
