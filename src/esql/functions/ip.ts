import { parseBlock } from '../values/ip.ts';
import { textOf } from './arguments.ts';
import { always, integer, ip, scalar, string } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

export const IP_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'CIDR_MATCH',
    kind: 'scalar',
    description: 'Whether an address lies in any of the blocks, e.g. "10.0.0.0/8", or is one of the addresses.',
    signatures: [
      {
        arguments: [ip('ip'), string('block')],
        repeated: { arguments: [string('block')], minRounds: 0 },
        result: always('boolean'),
      },
    ],
    refuse: (values) => {
      const at = values.findIndex((value, position) => {
        const block = position === 0 ? undefined : textOf(value);
        return block !== undefined && !parseBlock(block);
      });
      return at === -1
        ? undefined
        : { at, message: `[${textOf(values[at])}] is neither an address nor a block of them like 10.0.0.0/8` };
    },
  },
  scalar(
    'IP_PREFIX',
    'An address with only its first bits kept: so many of IPv4, so many of IPv6.',
    [ip('ip'), integer('prefixLengthV4'), integer('prefixLengthV6')],
    'ip',
  ),
];
