import { anything, boolean, shared, typeOf } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

const ofOneType = (
  name: string,
  description: string,
  multiValues: NonNullable<FunctionDefinition['multiValues']>,
): FunctionDefinition => ({
  name,
  kind: 'scalar',
  multiValues,
  description,
  signatures: [
    {
      arguments: [shared(anything('first'))],
      repeated: { arguments: [shared(anything('value'))], minRounds: 0 },
      result: typeOf(0),
    },
  ],
});

export const CONDITIONALS: readonly FunctionDefinition[] = [
  {
    name: 'CASE',
    kind: 'scalar',
    multiValues: 'kept',
    description: 'The value of the first condition that is true, else the last value, else null.',
    signatures: [
      {
        arguments: [boolean('condition'), shared(anything('value'))],
        repeated: { arguments: [boolean('condition'), shared(anything('value'))], minRounds: 0 },
        last: shared(anything('else')),
        result: typeOf(1),
      },
    ],
  },
  ofOneType('COALESCE', 'The first value that is not null.', 'kept'),
  ofOneType('GREATEST', 'The greatest of several values; null if any is null.', 'greatest'),
  ofOneType('LEAST', 'The least of several values; null if any is null.', 'least'),
];
