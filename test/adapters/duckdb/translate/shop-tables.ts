import type { Schema } from '#esql/schema.ts';
import { indexOf } from './run-query.ts';

export const SHOP_SCHEMA: Schema = new Map([
  [
    'shop-logs',
    indexOf({
      '@timestamp': 'date',
      'service.name': 'keyword',
      level: 'keyword',
      message: 'text',
      duration_ms: 'double',
      status_code: 'integer',
      'attributes.region': 'keyword',
    }),
  ],
  ['shop-spans', indexOf({ '@timestamp': 'date', 'service.name': 'keyword', kind: 'keyword', status_code: 'keyword' })],
  ['empty', indexOf({ a: 'integer', b: 'keyword' })],
  ['sentinel-thresholds', indexOf({ 'service.name': 'keyword', tm: 'double', level: 'keyword' }, true)],
]);

export const SHOP_TABLES = [
  `CREATE TABLE "shop-logs" ("@timestamp" TIMESTAMP, "service.name" VARCHAR, level VARCHAR, message VARCHAR, duration_ms DOUBLE, status_code INTEGER, attributes MAP(VARCHAR, VARCHAR))`,
  `INSERT INTO "shop-logs" VALUES
    ('2026-11-21 10:00:00.000', 'payment', 'info',  'paid',        10.5, 200, MAP{'region': 'eu'}),
    ('2026-11-21 10:04:59.999', 'payment', 'error', 'timeout 5%',  900,  504, MAP{'region': 'us'}),
    ('2026-11-21 10:05:00.000', 'payment', NULL,    NULL,          NULL, NULL, MAP{}),
    ('2026-11-21 10:06:00.000', 'order',   'info',  'ordered',     20,   201, NULL),
    ('2026-11-21 10:20:00.000', NULL,      'error', 'who am I',    30,   500, MAP{'region': 'eu'})`,
  `CREATE TABLE "shop-spans" ("@timestamp" TIMESTAMP, "service.name" VARCHAR, kind VARCHAR, status_code VARCHAR)`,
  `INSERT INTO "shop-spans" VALUES ('2026-11-21 10:00:00', 'order', 'server', 'ok')`,
  `CREATE TABLE empty (a INTEGER, b VARCHAR)`,
  `CREATE TABLE "sentinel-thresholds" ("service.name" VARCHAR, tm DOUBLE, level VARCHAR)`,
  `INSERT INTO "sentinel-thresholds" VALUES ('payment', 100, 'high'), ('gateway', 5, 'low'), ('order', 15, 'a'), ('order', 25, 'b'), (NULL, 1, 'null')`,
];
