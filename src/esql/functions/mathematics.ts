import { always, numeric, scalar, shared, typeOf } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

const double = (name: string, description: string): FunctionDefinition =>
  scalar(name, description, [numeric('number')], 'double');

export const MATHEMATICS: readonly FunctionDefinition[] = [
  scalar('ABS', 'The absolute value.', [numeric('number')], typeOf(0)),
  scalar('CEIL', 'The least whole number that is not below.', [numeric('number')], typeOf(0)),
  scalar('FLOOR', 'The greatest whole number that is not above.', [numeric('number')], typeOf(0)),
  {
    name: 'ROUND',
    kind: 'scalar',
    description: 'Rounds halves away from zero, to a number of decimals that may be negative.',
    signatures: [
      { arguments: [numeric('number')], result: typeOf(0) },
      { arguments: [numeric('number'), { name: 'decimals', accepts: ['whole number'] }], result: typeOf(0) },
    ],
  },
  scalar('POW', 'The base to the power of the exponent.', [numeric('base'), numeric('exponent')], 'double'),
  scalar(
    'COPY_SIGN',
    'The magnitude of the first number with the sign of the second.',
    [numeric('magnitude'), numeric('sign')],
    typeOf(0),
  ),
  scalar(
    'SCALB',
    'The number times 2 to the power of the scale.',
    [numeric('number'), { name: 'scale', accepts: ['whole number'] }],
    'double',
  ),
  {
    name: 'ROUND_TO',
    kind: 'scalar',
    description: 'The greatest of the points that is not above the value; the least point of all values below it.',
    signatures: [
      {
        arguments: [shared({ name: 'field', accepts: ['numeric', 'datetime'] })],
        repeated: { arguments: [shared({ name: 'point', accepts: ['numeric', 'datetime'] })], minRounds: 1 },
        result: typeOf(0),
      },
    ],
  },
  double('SQRT', 'The square root; null of a negative number.'),
  double('CBRT', 'The cube root.'),
  double('EXP', 'e to the power of the number.'),
  double('EXPM1', 'e to the power of the number, less 1, exact near 0.'),
  {
    name: 'LOG',
    kind: 'scalar',
    description: 'The natural logarithm, or the one to a base; null where there is none.',
    signatures: [
      { arguments: [numeric('number')], result: always('double') },
      { arguments: [numeric('base'), numeric('number')], result: always('double') },
    ],
  },
  double('LOG10', 'The logarithm to base 10.'),
  double('SIGNUM', '-1.0, 0.0 or 1.0 by the sign.'),
  scalar('HYPOT', 'The hypotenuse of a right triangle.', [numeric('a'), numeric('b')], 'double'),
  double('SIN', 'The sine of an angle in radians.'),
  double('COS', 'The cosine of an angle in radians.'),
  double('TAN', 'The tangent of an angle in radians.'),
  double('ASIN', 'The arc sine, in radians.'),
  double('ACOS', 'The arc cosine, in radians.'),
  double('ATAN', 'The arc tangent, in radians.'),
  scalar('ATAN2', 'The angle of a point, in radians.', [numeric('y'), numeric('x')], 'double'),
  double('SINH', 'The hyperbolic sine.'),
  double('COSH', 'The hyperbolic cosine.'),
  double('TANH', 'The hyperbolic tangent.'),
  double('ASINH', 'The inverse hyperbolic sine.'),
  double('ACOSH', 'The inverse hyperbolic cosine.'),
  double('ATANH', 'The inverse hyperbolic tangent.'),
  double('TO_DEGREES', 'Radians as degrees.'),
  double('TO_RADIANS', 'Degrees as radians.'),
  scalar('PI', "The ratio of a circle's circumference to its diameter.", [], 'double'),
  scalar('E', 'The base of the natural logarithm.', [], 'double'),
  scalar('TAU', 'Twice pi.', [], 'double'),
];
