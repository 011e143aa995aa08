import type { OtlpSignal } from './read-otlp.ts';

export type OtlpEncoding = 'protobuf' | 'json';

export interface OtlpRefusals {
  readonly count: number;
  /** For the sender; empty where nothing was refused. */
  readonly message: string;
}

const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  logs: 'rejectedLogRecords',
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
};

const varint = (value: number): readonly number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return bytes;
};

const VARINT = 0;
const LENGTH_DELIMITED = 2;

const numberField = (field: number, value: number): Buffer =>
  Buffer.from([...varint(field * 8 + VARINT), ...varint(value)]);

const bytesField = (field: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(value.length)]), value]);

const textField = (field: number, value: string): Buffer => bytesField(field, Buffer.from(value, 'utf8'));

/** An Export…ServiceResponse: empty, or with a partial success where records were refused. */
export const otlpAnswer = (encoding: OtlpEncoding, signal: OtlpSignal, refusals: OtlpRefusals): Buffer => {
  const { count, message } = refusals;
  if (encoding === 'json') {
    const partialSuccess = { [REJECTED[signal]]: String(count), errorMessage: message };
    return Buffer.from(JSON.stringify(count === 0 ? {} : { partialSuccess }));
  }
  return count === 0 ? Buffer.alloc(0) : bytesField(1, Buffer.concat([numberField(1, count), textField(2, message)]));
};

/** A google.rpc.Status; `code` by google.rpc.Code. */
export const otlpStatus = (encoding: OtlpEncoding, code: number, message: string): Buffer =>
  encoding === 'json'
    ? Buffer.from(JSON.stringify({ code, message }))
    : Buffer.concat([numberField(1, code), textField(2, message)]);
