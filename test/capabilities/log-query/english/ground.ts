import type { Ground } from '#capabilities/log-query/english/phrase.ts';
import type { Schema } from '#esql/schema.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';

export const SCHEMA: Schema = new Map(Object.entries(TELEMETRY_SCHEMA));

export const GROUND: Ground = {
  // A Saturday, 15:20 in Berlin.
  now: new Date('2026-11-21T14:20:00Z'),
  timeZone: 'Europe/Berlin',
  services: ['gateway', 'order-service', 'payment-service', 'auth-service', 'inventory-service'],
  metrics: ['orders.completed', 'revenue.amount'],
  metricKinds: new Map(),
  schema: SCHEMA,
  failedExpression: 'status_code >= 500',
};

/** Where lines bring these attributes along. */
export const groundWith = (...attributes: readonly string[]): Ground => {
  const logs = TELEMETRY_SCHEMA.logs;
  const brought = attributes.map((name) => [`attributes.${name}`, 'keyword'] as const);
  return {
    ...GROUND,
    schema: new Map([...SCHEMA, ['logs', { ...logs, fields: new Map([...logs.fields, ...brought]) }]]),
  };
};
