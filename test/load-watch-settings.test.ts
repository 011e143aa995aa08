import { describe, expect, it } from 'vitest';
import { loadConfig, loadWatchSettings } from '#config.ts';

const TOKENS = { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_APP_TOKEN: 'xapp-1-secret' };

describe('the settings of a replay', () => {
  const loadWatch = (yaml: string | null) => loadWatchSettings({ env: {}, readFile: () => yaml });

  it('need no token, and are those of the process', () => {
    const yaml = 'incidents: { openFrom: P3 }\nservices: { a: { calls: [b] } }\nslack: { channel: "#oncall" }';
    const whole = loadConfig({ env: TOKENS, readFile: () => yaml });
    const own = loadWatch(yaml);
    expect(own.kind).toBe('ok');
    expect(whole).toMatchObject({ kind: 'ok', config: own.kind === 'ok' ? own.settings : {} });
    expect(loadWatch(null).kind).toBe('ok');
  });

  it('are refused with the same problems', () => {
    const yaml = 'detection: { interval: often }\nslak: {}\nslack: { botToken: xoxb-1-secret }';
    const [own, whole] = [loadWatch(yaml), loadConfig({ env: TOKENS, readFile: () => yaml })];
    expect(own.kind).toBe('invalid');
    expect(own).toEqual(whole);
  });
});
