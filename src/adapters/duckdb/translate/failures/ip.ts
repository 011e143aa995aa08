import { ARGUMENT, type FailureText } from './failure.ts';
import { valueAt } from '../emitters/emitter.ts';

const prefix: FailureText = (values, _call, context) => {
  const [ipv4, ipv6] = [valueAt(values, 1), valueAt(values, 2)];
  const outside = (kind: string, most: number, found: string): string =>
    `${context.bind(`${ARGUMENT} Prefix length ${kind} must be in range [0, ${most}], found `, 'keyword')} || ${found}`;
  return `CASE WHEN ${ipv4} BETWEEN 0 AND 32 THEN ${outside('v6', 128, ipv6)} ELSE ${outside('v4', 32, ipv4)} END`;
};

export const IP_FAILURES: Readonly<Record<string, FailureText>> = { IP_PREFIX: prefix };
