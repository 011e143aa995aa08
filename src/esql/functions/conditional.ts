import { anything, boolean, scalar, shared, typeOf } from './definition.ts';
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

const clamp = (name: string, description: string, bounds: readonly string[]): FunctionDefinition =>
  scalar(
    name,
    description,
    ['field', ...bounds].map((argument) => shared(anything(argument))),
    typeOf(0),
  );

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
  clamp('CLAMP', 'A value not below the second and not above the third.', ['min', 'max']),
  clamp('CLAMP_MIN', 'A value not below the second.', ['min']),
  clamp('CLAMP_MAX', 'A value not above the second.', ['max']),
  ofOneType('LEAST', 'The least of several values; null if any is null.', 'least'),
];
