import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printEffectiveConfig } from '#config.ts';
import { listFileKeys } from '#config/known-keys.ts';
import { environmentSchema } from '#config/settings-schema.ts';
import { readText } from '../architecture/repository.ts';
import { configOf, TOKENS } from './load.ts';

describe('printEffectiveConfig', () => {
  const ENV = {
    ...TOKENS,
    DATABASE_URL: 'postgres://me:hidden@db:5432/sentinel?password=hidden',
    REDIS_URL: 'rediss://:hidden@cache:6380/2',
    SENTINEL_INGEST_TOKENS: 'shop=hidden0123456789',
    ANTHROPIC_API_KEY: 'sk-hidden',
  };
  const YAML = `
dataDirectory: /var/lib/sentinel
detection: {lag: 1500ms, severityLines: {P1: 6}, failedExpression: 'status_code >= 400'}
retention: {logs: 36h, metrics: 60d}
elasticsearch: {indices: {logs: "app-logs-*"}, lookups: [owners, "asset-inventory"], fields: {preset: ecs, durationUnit: us, logs: {level: severity}}, ca: /etc/ca.pem}
slack: {channel: C0123456789, apiUrl: "https://slack.example/api/"}
services: {gateway: {calls: [order]}}
lookups: {owners: ./owners.csv}
claude: {model: claude-haiku-5-5, apiUrl: "https://claude.example"}
`;

  it('prints what reads back as the same configuration', () => {
    const config = configOf(YAML, ENV);
    expect(configOf(printEffectiveConfig(config), ENV)).toEqual(config);
    const defaults = configOf('');
    expect(configOf(printEffectiveConfig(defaults))).toEqual(defaults);
  });

  it('masks secrets and keeps what tells servers apart', () => {
    const printed = printEffectiveConfig(configOf(YAML, ENV));
    expect(printed).not.toMatch(/hidden|1-secret/);
    expect(printed).toContain('DATABASE_URL=postgres://***@db:5432/sentinel?***');
    expect(printed).toContain('REDIS_URL=rediss://***@cache:6380/2');
    expect(printed).toContain('SENTINEL_INGEST_TOKENS=shop=***');
  });

  it('prints each key of the file', () => {
    const printed: unknown = parse(
      printEffectiveConfig(configOf('{services: {a: {calls: [b]}}, lookups: {a: b.csv}}')),
    );
    for (const key of listFileKeys()) {
      if (['slack.apiUrl', 'slack.fallbackChannel', 'claude.apiUrl'].includes(key)) continue;
      expect(printed, key).toHaveProperty(key.replace('<name>', 'a').split('.'));
    }
  });
});

describe('the examples', () => {
  it('sentinel.example.yaml is valid, and its values are the defaults', async () => {
    const config = configOf(await readText('sentinel.example.yaml'));
    expect(config).toEqual({ ...configOf(''), services: { checkout: { calls: ['payment', 'inventory'] } } });
  });

  it('sentinel.example.yaml names each key', async () => {
    const text = (await readText('sentinel.example.yaml')).replaceAll(/# (apiUrl|fallbackChannel|owners):/g, '$1:');
    const example: unknown = parse(text);
    for (const key of listFileKeys()) {
      expect(example, key).toHaveProperty(
        key.replace('services.<name>', 'services.checkout').replace('lookups.<name>', 'lookups.owners').split('.'),
      );
    }
  });

  it('.env.example names each variable and is valid once the tokens are there', async () => {
    const lines = (await readText('.env.example')).split('\n').filter((line) => /^[A-Z]/.test(line));
    const variables = Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
    expect(Object.keys(variables).toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
    expect(configOf('', { ...variables, ...TOKENS }).logLevel).toBe('info');
  });
});
