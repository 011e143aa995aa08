import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems, printEffectiveConfig } from '#config.ts';
import { readCloudId } from '#config/cloud-id.ts';
import { configOf, load, TOKENS } from './load.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');
const CLOUD = encode('eu-west-1.aws.found.io$4fa8821e75634032bed1cf221110e2f9$1f8f4e2d');
const CLOUD_ID = `production:${CLOUD}`;
const NODE = 'https://4fa8821e75634032bed1cf221110e2f9.eu-west-1.aws.found.io:443';

const problemsOf = (env: Readonly<Record<string, string>>) => {
  const outcome = load('', { ...TOKENS, ...env });
  return outcome.kind === 'invalid' ? outcome.problems : [];
};

describe('a Cloud ID', () => {
  it.each([
    ['as it is', CLOUD_ID, NODE],
    ['without a Kibana', `a:${encode('found.io$abc')}`, 'https://abc.found.io:443'],
    ['with a port of the cloud', `a:${encode('found.io:9243$abc$def')}`, 'https://abc.found.io:9243'],
    ['with a port of its own', `a:${encode('found.io:9243$abc:9244$def')}`, 'https://abc.found.io:9244'],
    ['with colons in its name', `a:b:${encode('found.io$abc$')}`, 'https://abc.found.io:443'],
    ['without a name', CLOUD, NODE],
  ])('is read %s', (_how, text, node) => {
    expect(readCloudId(text)).toEqual({ kind: 'ok', node });
  });

  it.each([
    ['without its word', 'production:', 'nothing after its colon'],
    ['with a word that is no base64', 'production:höst', 'what follows its colon is no base64'],
    ['of one part', `a:${encode('found.io')}`, 'no host and id of a deployment in it'],
    ['without an id', `a:${encode('found.io$')}`, 'no host and id of a deployment in it'],
    ['that leads elsewhere', `a:${encode('found.io/x@evil.example$abc')}`, 'no host and id of a deployment in it'],
    ['whose host is a number', `a:${encode('0$A')}`, 'no host and id of a deployment in it'],
    ['that is an address in short', `a:${encode('2$1')}`, 'no host and id of a deployment in it'],
    ['with an impossible port', `a:${encode('found.io:99999$abc')}`, 'no host and id of a deployment in it'],
  ])('%s is refused', (_what, text, found) => {
    expect(readCloudId(text)).toEqual({ kind: 'refused', found });
    expect(problemsOf({ ELASTICSEARCH_CLOUD_ID: text, ELASTICSEARCH_API_KEY: 'hidden' })).toEqual([
      { key: 'ELASTICSEARCH_CLOUD_ID', found, expected: expect.stringContaining("the deployment's Cloud ID") },
    ]);
  });

  it('never yields but the address of a host, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(encode)), (text) => {
        const read = readCloudId(text);
        if (read.kind === 'ok')
          expect(new URL(read.node)).toMatchObject({ protocol: 'https:', username: '', pathname: '/' });
      }),
    );
  });

  it('leads to the deployment, with an API key or with a user', () => {
    const expected = { kind: 'elasticsearch', addressIn: 'ELASTICSEARCH_CLOUD_ID', nodes: [NODE] };
    const key = { ELASTICSEARCH_CLOUD_ID: CLOUD_ID, ELASTICSEARCH_API_KEY: 'hidden' };
    const config = configOf('', { ...TOKENS, ...key });
    expect(config.telemetry).toMatchObject({ ...expected, credentials: { kind: 'api-key', apiKey: 'hidden' } });
    const user = { ELASTICSEARCH_CLOUD_ID: CLOUD_ID, ELASTICSEARCH_USERNAME: 'me', ELASTICSEARCH_PASSWORD: 'hidden' };
    expect(configOf('', { ...TOKENS, ...user }).telemetry).toMatchObject(expected);
    const printed = printEffectiveConfig(config);
    expect(printed).toContain(`ELASTICSEARCH_CLOUD_ID=***, which is ${NODE}`);
    expect(printed).not.toContain('hidden');
  });

  it('stands instead of an address, and never without credentials', () => {
    const both = problemsOf({
      ELASTICSEARCH_CLOUD_ID: CLOUD_ID,
      ELASTICSEARCH_URL: 'https://one:9200',
      ELASTICSEARCH_API_KEY: 'hidden',
    });
    expect(formatProblems(both)).toMatch(/ELASTICSEARCH_CLOUD_ID +both +either a Cloud ID or ELASTICSEARCH_URL/);
    expect(problemsOf({ ELASTICSEARCH_CLOUD_ID: CLOUD_ID }).map(({ key }) => key)).toEqual(['ELASTICSEARCH_API_KEY']);
  });
});
