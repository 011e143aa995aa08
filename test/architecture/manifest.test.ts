import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createSlackApp, REQUEST_PATH } from '#adapters/slack/create-slack-app.ts';
import { createSlackApi, SLACK_METHODS } from '#adapters/slack/slack-api.ts';
import { METHODS } from '../support/strict-slack/methods.ts';

interface Manifest {
  readonly features: {
    readonly app_home: { readonly home_tab_enabled: boolean };
    readonly slash_commands: readonly {
      readonly command: string;
      readonly usage_hint: string;
      readonly description: string;
    }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
    readonly interactivity: { readonly is_enabled: boolean };
    readonly socket_mode_enabled: boolean;
  };
}

const ROOT = join(import.meta.dirname, '../..');
const SLACK = join(ROOT, 'src/adapters/slack');
const readManifest = (name: string) => parse(readFileSync(join(ROOT, name), 'utf8')) as Manifest;
const manifest = readManifest('manifest.yml');

const sources = readdirSync(SLACK, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(SLACK, path), 'utf8'))
  .join('\n');

/** First arguments of every call of the shape `app.<kind>(…)`, as Bolt is given them. */
const registered = (): Promise<{ commands: string[]; actions: string[]; events: string[] }> => {
  const found = { commands: [] as string[], actions: [] as string[], events: [] as string[] };
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const metrics = { increment: () => undefined, observe: () => undefined, set: () => undefined };
  const clock = { now: () => new Date(0) };
  const never = (): Promise<never> => Promise.reject(new Error('not asked in this test'));
  createSlackApp(
    {
      commands: {
        acknowledge: never,
        resolve: never,
        reopen: never,
        accept: never,
        listOpenIncidents: never,
        findIncidentView: never,
        runQuery: never,
        readPatterns: never,
        readTrace: never,
        readServiceCalls: never,
        readSlowSpans: never,
        checkTypedQuery: () => [],
        understandQuestion: never,
        understandLogRequest: never,
        readServiceNames: never,
        readStatus: never,
      },
      chartRenderer: { renderSignal: never, renderWaterfall: never, renderCalls: never, renderAnswer: never },
      slack: createSlackApi(
        { clock, logger: silent, metrics },
        { botToken: 'xoxb-none', apiUrl: 'http://127.0.0.1:9/api/' },
      ),
      db: undefined as never,
      clock,
      logger: silent,
      metrics,
      receiver: {
        init: (app) => {
          // Listeners are registered after the receiver has met the app.
          const spy = app as unknown as Record<'command' | 'action' | 'event', (name: string) => void>;
          spy.command = (name) => void found.commands.push(name);
          spy.action = (name) => void found.actions.push(name);
          (app as unknown as { view: () => void }).view = () => undefined;
          spy.event = (name) => void found.events.push(name);
        },
        start: never,
        stop: never,
      },
    },
    {
      connection: { kind: 'socket', appToken: 'xapp-none' },
      botToken: 'xoxb-none',
      channel: 'C01',
      dialect: 'slack',
      allowGuests: false,
      allowExternalChannels: false,
    },
  );
  return Promise.resolve(found);
};

describe('manifest.yml', () => {
  it('names the commands and events that listeners are registered for, and no others', async () => {
    const { commands, events } = await registered();
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(commands);
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(events.toSorted());
  });

  it('switches on interactivity, Socket Mode and the Home tab, which the listeners need', async () => {
    const { actions, events } = await registered();
    expect(manifest.settings.interactivity.is_enabled).toBe(actions.length > 0);
    expect(manifest.features.app_home.home_tab_enabled).toBe(events.includes('app_home_opened'));
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });

  it('asks for the scopes that the called methods, commands and mentions need, and for no others', () => {
    const needed = new Set<string>([...Object.values(SLACK_METHODS).flat(), 'commands', 'app_mentions:read']);
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });

  it('keeps within what Slack shows of a command', () => {
    for (const command of manifest.features.slash_commands) {
      expect(command.description.length).toBeLessThanOrEqual(2000);
      expect(command.usage_hint.length).toBeLessThanOrEqual(1000);
    }
  });
});

describe('manifest.http.yml', () => {
  it('is manifest.yml with the request URL in each of its places, and without Socket Mode', () => {
    const url = `https://sentinel.example.com${REQUEST_PATH}`;
    const { features, settings } = manifest;
    expect(readManifest('manifest.http.yml')).toEqual({
      ...manifest,
      features: { ...features, slash_commands: features.slash_commands.map((command) => ({ ...command, url })) },
      settings: {
        ...settings,
        event_subscriptions: { ...settings.event_subscriptions, request_url: url },
        interactivity: { ...settings.interactivity, request_url: url },
        socket_mode_enabled: false,
      },
    });
  });
});

describe('what is sent to Slack', () => {
  it('has a listener for every button', async () => {
    const { actions } = await registered();
    const used = [...sources.matchAll(/'((?:incident|query|sentinel|trace)\.(?!id')[a-z]+)'/g)].map(
      (match) => match[1] ?? '',
    );
    expect([...new Set(used)].toSorted()).toEqual(actions.toSorted());
  });

  it('goes through methods of the list alone, all of which the strict Slack knows', () => {
    const called = [...sources.matchAll(/\bclient\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g)].map((match) => match[1] ?? '');
    expect([...new Set(called)].toSorted()).toEqual(Object.keys(SLACK_METHODS).toSorted());
    expect(Object.keys(METHODS).toSorted()).toEqual(Object.keys(SLACK_METHODS).toSorted());
  });
});
