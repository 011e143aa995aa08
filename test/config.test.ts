import { describe, expect, it } from 'vitest';
import { formatProblems, loadConfig, printEffectiveConfig } from '#config.ts';
import { configOf, keysOf, problemsOf, TOKENS } from './config/load.ts';

describe('defaults', () => {
  it('needs no file, and nothing from the environment but the Slack tokens', () => {
    const outcome = loadConfig({ env: TOKENS, readFile: () => null });
    expect(outcome).toEqual({
      kind: 'ok',
      config: {
        dataDirectory: './data',
        http: { host: '127.0.0.1', port: 8787, ingestBodyLimitBytes: 10 * 1024 * 1024 },
        ingest: { cloudwatch: { filter: ['ERROR', 'Exception', 'Critical'], opensIncident: false } },
        detection: {
          intervalMs: 30_000,
          lagMs: 12_000,
          preset: 'normal',
          severityLines: { P1: 5, P2: 3.5, P3: 2.5, P4: 2 },
          sizeFloors: { errorPoints: 1.25, errorRatio: 2, midShare: 0.5, farShare: 0.01 },
          failedExpression: 'status_code >= 500 OR (status_code IS NULL AND level IN ("error", "critical", "fatal"))',
        },
        incidents: { openFrom: 'P2', cooldownMs: 1_800_000 },
        retention: { logsMs: 86_400_000, spansMs: 21_600_000, metricsMs: 2_592_000_000 },
        elasticsearch: expect.any(Object),
        slack: {
          channel: '#incidents',
          dialect: 'slack',
          apiUrl: null,
          botToken: TOKENS.SLACK_BOT_TOKEN,
          connection: { kind: 'socket', appToken: TOKENS.SLACK_APP_TOKEN },
          fallbackChannel: null,
          allowGuests: false,
          allowExternalChannels: false,
          paceMs: 1000,
        },
        services: {},
        claude: { apiKey: null, model: 'claude-sonnet-5-5', apiUrl: null },
        query: { timeoutMs: 10_000, rows: 1000, atOnce: 3, perMinute: 30 },
        shutdown: { drainMs: 10_000 },
        state: { kind: 'embedded' },
        jobs: { kind: 'embedded' },
        telemetry: { kind: 'embedded' },
        ingestTokens: [],
        logLevel: 'info',
        lookups: {},
      },
    });
  });

  it('takes a section without a value as its defaults', () => {
    expect(configOf('http:\ndetection:\nservices:\n  gateway:\n')).toMatchObject({
      http: { port: 8787 },
      detection: { intervalMs: 30_000 },
      services: {},
    });
  });

  it('refuses a key whose value became a comment', () => {
    expect(problemsOf('slack:\n  channel: #oncall\n')).toEqual([
      { key: 'slack.channel', found: 'nothing', expected: 'a channel in quotes, such as "#incidents", or its id' },
    ]);
  });

  it('takes an empty variable as one that is not set', () => {
    expect(configOf('', { ...TOKENS, DATABASE_URL: '', LOG_LEVEL: ' ' })).toMatchObject({
      state: { kind: 'embedded' },
      logLevel: 'info',
    });
  });
});

describe('the way to Slack', () => {
  const BOT = { SLACK_BOT_TOKEN: TOKENS.SLACK_BOT_TOKEN };
  const SLACK_SIGNING_SECRET = '0123456789abcdef0123456789abcdef';

  it('is Socket Mode with its token, or HTTP with the signing secret and no app token', () => {
    expect(configOf('slack: {mode: http}', { ...BOT, SLACK_SIGNING_SECRET }).slack.connection).toEqual({
      kind: 'http',
      signingSecret: SLACK_SIGNING_SECRET,
    });
  });

  it('says which secret it misses, beside every other problem', () => {
    expect(keysOf(problemsOf('http: {port: -1}', BOT))).toEqual(['SLACK_APP_TOKEN', 'http.port']);
    expect(keysOf(problemsOf('slack: {mode: http}\nhttp: {port: -1}', TOKENS))).toEqual([
      'SLACK_SIGNING_SECRET',
      'http.port',
    ]);
    expect(problemsOf('slack: {mode: http}', { ...BOT, SLACK_SIGNING_SECRET: 'short' })).toEqual([
      { key: 'SLACK_SIGNING_SECRET', found: 'only 5 characters', expected: expect.stringContaining('signing secret') },
    ]);
  });

  it('never stands in the file, nor in what is printed', () => {
    expect(
      problemsOf(`slack: {mode: http, signingSecret: ${SLACK_SIGNING_SECRET}}`, { ...BOT, SLACK_SIGNING_SECRET }),
    ).toEqual([
      expect.objectContaining({
        key: 'slack.signingSecret',
        expected: expect.stringContaining('SLACK_SIGNING_SECRET'),
      }),
    ]);
    const printed = printEffectiveConfig(configOf('slack: {mode: http}', { ...BOT, SLACK_SIGNING_SECRET }));
    expect(printed).toContain('mode: http');
    expect(printed).not.toContain(SLACK_SIGNING_SECRET);
  });
});

describe('where state and jobs live', () => {
  const DATABASE_URL = 'postgres://db/sentinel';
  const REDIS_URL = 'redis://cache:6379';

  it.each([
    ['nothing', {}, { state: { kind: 'embedded' }, jobs: { kind: 'embedded' } }],
    [
      'DATABASE_URL',
      { DATABASE_URL },
      { state: { kind: 'postgres', url: DATABASE_URL }, jobs: { kind: 'postgres', url: DATABASE_URL } },
    ],
    ['REDIS_URL', { REDIS_URL }, { state: { kind: 'embedded' }, jobs: { kind: 'redis', url: REDIS_URL } }],
    [
      'both',
      { DATABASE_URL, REDIS_URL },
      { state: { kind: 'postgres', url: DATABASE_URL }, jobs: { kind: 'redis', url: REDIS_URL } },
    ],
  ])('follows %s in the environment', (_name, env, expected) => {
    expect(configOf('', { ...TOKENS, ...env })).toMatchObject(expected);
  });
});

describe('values', () => {
  it('reads durations in each unit', () => {
    const config = configOf(
      'detection: {interval: 45 s, lag: 900ms}\nretention: {logs: 5h, metrics: 90d}\nincidents: {cooldown: 5m}',
    );
    expect(config.detection).toMatchObject({ intervalMs: 45_000, lagMs: 900 });
    expect(config.retention).toMatchObject({ logsMs: 18_000_000, metricsMs: 7_776_000_000 });
    expect(config.incidents.cooldownMs).toBe(300_000);
  });

  it.each(['soon', '30', '-5s', '5s', '1h', '30 seconds'])('refuses the interval "%s"', (interval) => {
    expect(problemsOf(`detection: {interval: "${interval}"}`)).toEqual([
      {
        key: 'detection.interval',
        found: `"${interval}"`,
        expected: 'a duration from 10s to 5min, such as "30s" or "5min"',
      },
    ]);
  });

  it.each([
    ['detection', 'lag'],
    ['incidents', 'cooldown'],
    ['retention', 'logs'],
    ['retention', 'spans'],
    ['retention', 'metrics'],
    ['elasticsearch', 'refreshInterval'],
    ['elasticsearch', 'startLimit'],
  ])('names durations for %s.%s that it takes', (section, key) => {
    const [problem] = problemsOf(`${section}: {${key}: "5000d"}`);
    const examples = [...(problem?.expected ?? '').matchAll(/"([^"]+)"/g)].map(([, example]) => example);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) expect(problemsOf(`${section}: {${key}: "${example}"}`)).toEqual([]);
  });

  it('reads which source may send telemetry by which token', () => {
    const env = { ...TOKENS, SENTINEL_INGEST_TOKENS: 'shop=0123456789abcdef, edge-1=fedcba9876543210' };
    expect(configOf('', env).ingestTokens).toEqual([
      { source: 'shop', token: '0123456789abcdef' },
      { source: 'edge-1', token: 'fedcba9876543210' },
    ]);
  });

  it.each([
    ['a token too short to be one', 'shop=short'],
    ['a token without its source', '0123456789abcdef'],
    ['one token for two sources', 'a=0123456789abcdef,b=0123456789abcdef'],
    ['one source twice', 'a=0123456789abcdef,a=fedcba9876543210'],
  ])('refuses %s, without repeating it', (_name, tokens) => {
    const problems = problemsOf('', { ...TOKENS, SENTINEL_INGEST_TOKENS: tokens });
    expect(keysOf(problems)).toEqual(['SENTINEL_INGEST_TOKENS']);
    expect(formatProblems(problems)).not.toContain(tokens);
  });

  it('refuses severity lines that do not descend', () => {
    expect(problemsOf('detection: {severityLines: {P2: 5}}')).toEqual([
      {
        key: 'detection.severityLines.P2',
        found: '5',
        expected: 'less than P1, which is 5: the lines must descend from P1 to P4',
      },
    ]);
  });

  it('asks for the address of a local Slack', () => {
    expect(keysOf(problemsOf('slack: {dialect: local}'))).toEqual(['slack.apiUrl']);
    expect(configOf('slack: {dialect: local, apiUrl: "http://127.0.0.1:4480/api/"}').slack.apiUrl).toBe(
      'http://127.0.0.1:4480/api/',
    );
  });

  it('takes what failed means from the operator', () => {
    expect(configOf("detection: {failedExpression: 'status_code >= 400'}").detection.failedExpression).toBe(
      'status_code >= 400',
    );
  });
});

describe('problems', () => {
  it('lists all of them at once, of the file and of the environment', () => {
    const yaml = `
dataDirectory: 7
http: {port: 99999}
detection: {interval: soon, severityLines: {P4: 11}, sizeFloors: none}
slack: {channel: incidents, allowGuests: "yes"}
services: {gateway: {calls: order}}
`;
    const problems = problemsOf(yaml, { LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://db/x' });
    expect(keysOf(problems).toSorted()).toEqual(
      [
        'dataDirectory',
        'http.port',
        'detection.interval',
        'detection.severityLines.P4',
        'detection.sizeFloors',
        'slack.channel',
        'slack.allowGuests',
        'services.gateway.calls',
        'LOG_LEVEL',
        'DATABASE_URL',
        'SLACK_BOT_TOKEN',
        'SLACK_APP_TOKEN',
      ].toSorted(),
    );
  });

  it('prints them as a table of key, found and expected', () => {
    const table = formatProblems(problemsOf('http: {port: 99999}\nincidents: {openFrom: P1}'));
    expect(table).toBe(
      [
        'The configuration has 2 problems; nothing was started.',
        '',
        '  key                 found  expected',
        '  http.port           99999  a whole number from 0 to 65535',
        '  incidents.openFrom  "P1"   one of P2, P3',
      ].join('\n'),
    );
  });

  it.each([
    ['detecton: {}', 'detecton', 'detection, if that was meant'],
    ['detection: {Interval: 30s}', 'detection.Interval', 'detection.interval, if that was meant'],
    ['interval: 30s', 'interval', 'detection.interval, if that was meant'],
    ['http: {tls: true}', 'http.tls', 'one of host, port, ingestBodyLimitBytes'],
    ['services: {shop: {cals: []}}', 'services.shop.cals', 'services.shop.calls, if that was meant'],
  ])('refuses the unknown key in "%s" with what is near', (yaml, key, expected) => {
    expect(problemsOf(yaml)).toEqual([{ key, found: 'an unknown key', expected }]);
  });

  it('tells a variable that is almost one of ours, and leaves all others alone', () => {
    const env = { ...TOKENS, SENTINEL_INGEST_TOKEN: 'x', SENTINEL_PORT: 'tcp://10.0.0.1:80', PATH: '/bin' };
    expect(problemsOf('', env)).toEqual([
      {
        key: 'SENTINEL_INGEST_TOKEN',
        found: 'an unknown variable',
        expected: 'SENTINEL_INGEST_TOKENS, if that was meant',
      },
    ]);
  });

  it('says where the file is no YAML', () => {
    const [problem] = problemsOf('http:\n  port: 1\n port: [');
    expect(problem).toEqual({
      key: expect.stringMatching(/^sentinel\.yaml:3:\d+$/),
      found: 'indentation that fits no line above',
      expected: 'keys of one section in one column, and each [ and { with its end',
    });
  });

  it('name the file where it is not sentinel.yaml', () => {
    const keysIn = (text: string): readonly string[] => {
      const outcome = loadConfig({ file: 'conf/s.yaml', env: {}, readFile: () => text });
      return outcome.kind === 'invalid' ? keysOf(outcome.problems) : [];
    };
    expect(keysIn('- detection')).toEqual(['SLACK_APP_TOKEN', 'conf/s.yaml', 'SLACK_BOT_TOKEN']);
    expect(keysIn('http: {port: -1, tls: on}\nslack: {botToken: xoxb-1-x}')).toEqual([
      'conf/s.yaml: slack.botToken',
      'SLACK_APP_TOKEN',
      'conf/s.yaml: http.port',
      'conf/s.yaml: http.tls',
      'SLACK_BOT_TOKEN',
    ]);
  });

  it('refuses a file that is not a mapping', () => {
    expect(problemsOf('- detection')).toEqual([
      { key: 'sentinel.yaml', found: '["detection"]', expected: 'a mapping of keys to values' },
    ]);
  });

  it('refuses aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let index = 1; index < 9; index += 1) {
      lines.push(`a${index}: &a${index} [${Array.from({ length: 9 }, () => `*a${index - 1}`).join(', ')}]`);
    }
    expect(problemsOf(lines.join('\n'))).toEqual([
      { key: 'sentinel.yaml', found: 'over 100 aliases', expected: 'fewer' },
    ]);
  });

  it('says that a file which was named is not there', () => {
    const outcome = loadConfig({ env: { ...TOKENS, SENTINEL_CONFIG: '/etc/none.yaml' }, readFile: () => null });
    expect(outcome).toEqual({
      kind: 'invalid',
      problems: [{ key: 'SENTINEL_CONFIG', found: 'no file at /etc/none.yaml', expected: 'a readable file' }],
    });
  });

  it('lists what is wrong in the environment as well when the file cannot be used', () => {
    const keysWith = (text: string | null): readonly string[] => {
      const outcome = loadConfig({ file: 'mine.yaml', env: { SLACK_APP_TOKEN: 'xapp-1' }, readFile: () => text });
      return outcome.kind === 'invalid' ? keysOf(outcome.problems) : [];
    };
    expect(keysWith('http: [')).toEqual([expect.stringMatching(/^mine\.yaml:/), 'SLACK_BOT_TOKEN']);
    expect(keysWith(null)).toEqual(['--config', 'SLACK_BOT_TOKEN']);
  });

  it('says that a file cannot be read', () => {
    const readFile = (): string => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    expect(loadConfig({ file: 'mine.yaml', env: TOKENS, readFile })).toEqual({
      kind: 'invalid',
      problems: [{ key: 'mine.yaml', found: 'EACCES on reading it', expected: 'a readable file' }],
    });
  });
});

describe('secrets', () => {
  const SECRET_FILE = `
slack:
  botToken: xoxb-very-secret
  channel: xoxb-also-secret
database:
  url: postgres://me:hidden@db/x
redisUrl: redis://hidden
http: {apiKey: hidden}
`;

  it('refuses them in the file, and says where they belong', () => {
    const problems = problemsOf(SECRET_FILE);
    expect(problems.map(({ key, found }) => [key, found])).toEqual([
      ['slack.botToken', 'a secret in the file'],
      ['slack.channel', 'a secret in the file'],
      ['database', 'a secret in the file'],
      ['redisUrl', 'a secret in the file'],
      ['http.apiKey', 'a secret in the file'],
    ]);
    expect(problems[0]?.expected).toContain('SLACK_BOT_TOKEN');
    expect(problems[2]?.expected).toContain('DATABASE_URL');
    expect(problems[3]?.expected).toContain('REDIS_URL');
  });

  it('never repeats one', () => {
    const env = {
      SLACK_BOT_TOKEN: 'hidden',
      SLACK_APP_TOKEN: 'xoxb-hidden',
      DATABASE_URL: 'hidden://me:hidden@db',
      REDIS_URL: 'hidden',
    };
    expect(formatProblems(problemsOf(SECRET_FILE, env))).not.toMatch(/hidden|very-secret|also-secret/);
  });

  it('lets services be called what they like', () => {
    expect(configOf('services: {token-service: {calls: [secret-store]}}').services).toEqual({
      'token-service': { calls: ['secret-store'] },
    });
  });
});
