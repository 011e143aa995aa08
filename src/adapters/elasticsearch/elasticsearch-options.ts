import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { FieldNames } from './field-names.ts';

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key'; readonly apiKey: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

export interface ElasticsearchOptions {
  /** Addresses of one cluster's nodes. */
  readonly nodes: readonly string[];
  readonly credentials: Credentials;
  /** PEM of the authority that signed the server's certificate; null: those that Node trusts. */
  readonly ca: string | null;
  readonly verifyTls: boolean;
  /** Begins every index, alias and template that Sentinel owns, e.g. `sentinel-`. */
  readonly prefix: string;
  /** Where rows of a kind are read; null: Sentinel's own indices. What it does not own it never writes or deletes. */
  readonly indices: Readonly<Record<TelemetryKind, string | null>>;
  /** Indices of mode lookup, or aliases of them, that queries may join besides those under the prefix. */
  readonly lookups: readonly string[];
  readonly fields: FieldNames;
  /** Of Sentinel's own indices: a small append waits that long before its rows are seen. */
  readonly refreshIntervalMs: number;
  /** How long to wait at the start for a server that is not there yet. */
  readonly startLimitMs: number;
}
