import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';

export const FIELD_PRESETS = ['plain', 'ecs'] as const;
export type FieldPreset = (typeof FIELD_PRESETS)[number];

export const DURATION_UNITS = ['ns', 'us', 'ms', 's'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

type Renamed = Readonly<Record<string, string>>;
type SpanStatus = 'ok' | 'error' | 'unset';

/** How documents name and count what queries call by Sentinel's own names. */
export interface FieldNames {
  /** Fields whose name in documents differs, by kind: `level` → `log.level`. */
  readonly names: Readonly<Record<TelemetryKind, Renamed>>;
  readonly durationUnit: DurationUnit;
  /** What documents write for a span's status. */
  readonly statusWords: Readonly<Record<SpanStatus, string>>;
}

// Elastic Common Schema 9: log.level, event.duration (nanoseconds), event.outcome,
// http.response.status_code, service.target.name.
const PRESETS: Readonly<Record<FieldPreset, FieldNames>> = {
  plain: {
    names: { logs: {}, spans: {}, metrics: {} },
    durationUnit: 'ms',
    statusWords: { ok: 'ok', error: 'error', unset: 'unset' },
  },
  ecs: {
    names: {
      logs: { level: 'log.level', duration_ms: 'event.duration', status_code: 'http.response.status_code' },
      spans: { duration_ms: 'event.duration', 'peer.service': 'service.target.name', status: 'event.outcome' },
      metrics: {},
    },
    durationUnit: 'ns',
    statusWords: { ok: 'success', error: 'failure', unset: 'unknown' },
  },
};

export interface FieldSettings {
  readonly preset: FieldPreset;
  /** Null: the preset's. */
  readonly durationUnit: DurationUnit | null;
  /** On top of the preset. */
  readonly names: Readonly<Record<TelemetryKind, Renamed>>;
}

export const fieldNames = (settings: FieldSettings): FieldNames => {
  const preset = PRESETS[settings.preset];
  const names = Object.fromEntries(
    TELEMETRY_KINDS.map((kind) => [kind, { ...preset.names[kind], ...settings.names[kind] }]),
  ) as FieldNames['names'];
  return { ...preset, names, durationUnit: settings.durationUnit ?? preset.durationUnit };
};

/** The field's name in documents. */
export const storedName = ({ names }: FieldNames, kind: TelemetryKind, field: string): string =>
  names[kind][field] ?? field;

/** The field of documents as queries call it. */
export const queriedName = ({ names }: FieldNames, kind: TelemetryKind, stored: string): string =>
  Object.entries(names[kind]).find(([, name]) => name === stored)?.[0] ?? stored;

const PER_MS: Readonly<Record<DurationUnit, number>> = { ns: 1_000_000, us: 1_000, ms: 1, s: 0.001 };

/** Units of documents in a millisecond. */
export const durationFactor = ({ durationUnit }: FieldNames): number => PER_MS[durationUnit];

/** Whole numbers in the small units, as ECS and OpenTelemetry have them. */
export const isWholeDuration = ({ durationUnit }: FieldNames): boolean =>
  durationUnit === 'ns' || durationUnit === 'us';
