import type { ProtobufReader } from './protobuf-reader.ts';

/** An AnyValue: bytes as base64, whole numbers beyond 2^53 as digits. */
export type OtlpValue =
  | string
  | number
  | boolean
  | null
  | readonly OtlpValue[]
  | { readonly [name: string]: OtlpValue };

// Structured bodies and attributes of real senders are a few levels deep.
export const MAX_VALUE_DEPTH = 32;

/** Stands for what is nested deeper: one value of one record is no reason to refuse the others. */
export const TOO_DEEP = '…';

/** As an attribute or a message holds it: structures as JSON. */
export const valueText = (value: OtlpValue): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Reads the AnyValue that begins here, down to `MAX_VALUE_DEPTH`. */
export const readProtobufValue = (reader: ProtobufReader, depth = 1): OtlpValue => {
  const end = reader.message();
  if (depth > MAX_VALUE_DEPTH) {
    reader.position = end;
    return TOO_DEEP;
  }
  let value: OtlpValue = null;
  while (reader.position < end) {
    switch (reader.field()) {
      case 1:
        value = reader.text();
        break;
      case 2:
        value = reader.flag();
        break;
      case 3:
        value = reader.int64();
        break;
      case 4:
        value = reader.double();
        break;
      case 5:
        value = readProtobufList(reader, depth + 1);
        break;
      case 6:
        value = readProtobufMap(reader, depth + 1);
        break;
      case 7:
        value = reader.base64();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(end);
  return value;
};

const readProtobufList = (reader: ProtobufReader, depth: number): readonly OtlpValue[] => {
  const end = reader.message();
  const values: OtlpValue[] = [];
  while (reader.position < end) {
    if (reader.field() === 1) values.push(readProtobufValue(reader, depth));
    else reader.skip();
  }
  reader.leave(end);
  return values;
};

const readProtobufMap = (reader: ProtobufReader, depth: number): OtlpValue => {
  const end = reader.message();
  const pairs: [string, OtlpValue][] = [];
  while (reader.position < end) {
    if (reader.field() === 1) readProtobufPair(reader, (key, value) => pairs.push([key, value]), depth);
    else reader.skip();
  }
  reader.leave(end);
  return Object.fromEntries(pairs);
};

/** Reads the KeyValue that begins here. */
export const readProtobufPair = (
  reader: ProtobufReader,
  take: (key: string, value: OtlpValue) => void,
  depth = 1,
): void => {
  const end = reader.message();
  let key = '';
  let value: OtlpValue = null;
  while (reader.position < end) {
    const field = reader.field();
    if (field === 1) key = reader.text();
    else if (field === 2) value = readProtobufValue(reader, depth);
    else reader.skip();
  }
  reader.leave(end);
  take(key, value);
};
