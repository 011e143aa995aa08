import type { LogRecord } from '#ports/telemetry-store.ts';

/** Just enough of OTLP's binary encoding to be a sender: https://opentelemetry.io/docs/specs/otlp/ */

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const NS_PER_MS = 1_000_000n;
const INFO = 9;
const ERROR = 17;
const SERVER_KIND = 2;
const OK_STATUS = 1;
const ERROR_STATUS = 2;

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
};

const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType);
const number = (field: number, value: number): Buffer => Buffer.concat([tag(field, VARINT), varint(value)]);
const bytes = (field: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([tag(field, BYTES), varint(body.length), body]);
};
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const time = (field: number, ms: number): Buffer => {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(BigInt(Math.floor(ms)) * NS_PER_MS);
  return Buffer.concat([tag(field, FIXED_64), value]);
};
const double = (field: number, value: number): Buffer => {
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleLE(value);
  return Buffer.concat([tag(field, FIXED_64), encoded]);
};
const textPair = (field: number, key: string, value: string): Buffer =>
  bytes(field, text(1, key), bytes(2, text(1, value)));
const numberPair = (field: number, key: string, value: number): Buffer =>
  bytes(field, text(1, key), bytes(2, number(3, value)));
const doublePair = (field: number, key: string, value: number): Buffer =>
  bytes(field, text(1, key), bytes(2, double(4, value)));

const resource = (row: LogRecord): Buffer =>
  bytes(
    1,
    textPair(1, 'service.name', row.service),
    textPair(1, 'service.version', '2.4.1'),
    textPair(1, 'host.name', row.host ?? ''),
    textPair(1, 'telemetry.sdk.language', 'nodejs'),
  );

const log = (row: LogRecord): Buffer =>
  bytes(
    2,
    time(1, row.timestampMs),
    number(2, row.level === 'error' ? ERROR : INFO),
    text(3, row.level ?? ''),
    bytes(5, text(1, row.message ?? '')),
    textPair(6, 'http.route', '/checkout'),
    numberPair(6, 'http.response.status_code', row.statusCode ?? 0),
    doublePair(6, 'duration_ms', row.durationMs ?? 0),
    bytes(9, Buffer.from(row.traceId ?? '', 'hex')),
    bytes(10, Buffer.from(row.spanId ?? '', 'hex')),
    time(11, row.timestampMs),
  );

const span = (row: LogRecord): Buffer =>
  bytes(
    2,
    bytes(1, Buffer.from(row.traceId ?? '', 'hex')),
    bytes(2, Buffer.from(row.spanId ?? '', 'hex')),
    bytes(4, Buffer.from(row.spanId ?? '', 'hex').reverse()),
    text(5, 'GET /checkout'),
    number(6, SERVER_KIND),
    time(7, row.timestampMs),
    time(8, row.timestampMs + (row.durationMs ?? 0)),
    textPair(9, 'http.request.method', 'GET'),
    textPair(9, 'url.path', '/checkout/1234'),
    numberPair(9, 'http.response.status_code', row.statusCode ?? 0),
    bytes(15, number(3, row.level === 'error' ? ERROR_STATUS : OK_STATUS)),
  );

/** An export request with a resource for each service, as a collector sends it. */
export const encodeOtlp = (rows: readonly LogRecord[], signal: 'logs' | 'traces'): Buffer => {
  const byService = Map.groupBy(rows, (row) => row.service);
  const encode = signal === 'logs' ? log : span;
  return Buffer.concat(
    [...byService.values()].map(([first, ...others]) =>
      first === undefined
        ? Buffer.alloc(0)
        : bytes(
            1,
            resource(first),
            bytes(2, bytes(1, text(1, '@opentelemetry/instrumentation-http')), ...[first, ...others].map(encode)),
          ),
    ),
  );
};
