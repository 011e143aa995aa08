import { z } from 'zod';
import { fileSchema } from './settings-schema.ts';

/** Stands for a name that the operator chooses. */
const ANY_NAME = '<name>';

const unwrap = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;

const walk = (schema: z.core.$ZodType, path: readonly string[]): string[] => {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    const shape: z.core.$ZodShape = inner.shape;
    return Object.entries(shape).flatMap(([key, value]) => walk(value, [...path, key]));
  }
  if (inner instanceof z.ZodRecord) return walk(inner.valueType, [...path, ANY_NAME]);
  return [path.join('.')];
};

/** Every key that sentinel.yaml may hold, dotted: "detection.interval", "services.<name>.calls". */
export const listFileKeys = (): readonly string[] => walk(fileSchema, []);

/** Names that may stand directly below a path of the file. */
export const namesBelow = (path: readonly PropertyKey[]): readonly string[] => {
  const names = listFileKeys()
    .map((key) => key.split('.'))
    .filter((parts) => parts.length > path.length)
    .filter((parts) => path.every((name, index) => parts[index] === ANY_NAME || parts[index] === name))
    .map((parts) => parts[path.length] ?? '');
  return [...new Set(names)];
};
