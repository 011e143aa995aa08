/** The local Slack's workspace: one channel, three people, one app. */
export const WORKSPACE = {
  channelId: 'C01INCIDENTS',
  channel: '#incidents',
  botToken: 'xoxb-sentinel-demo',
  appToken: 'xapp-sentinel-demo',
  responderId: 'U01YOU',
} as const;

/** With it telemetry of one's own can be sent to the demo, from this machine only. */
export const INGEST_TOKEN = 'sentinel-demo-ingest';

const BOT_USER = 'U0SENTINEL';

const PEOPLE = [
  { id: WORKSPACE.responderId, name: 'you', real_name: 'On-call engineer' },
  { id: 'U02SECONDARY', name: 'sam', real_name: 'Secondary on-call' },
  { id: 'U03MANAGER', name: 'max', real_name: 'Engineering manager' },
];

/** Configuration file of local-slack, as JSON text. `timeZone`: IANA name, of everybody in it. */
export const workspaceConfiguration = (timeZone: string): string =>
  JSON.stringify({
    workspace: { name: 'Acme', domain: 'acme', teamId: 'T01ACME' },
    apps: [
      {
        appId: 'A01SENTINEL',
        botUserId: BOT_USER,
        botName: 'sentinel',
        botToken: WORKSPACE.botToken,
        appToken: WORKSPACE.appToken,
        mode: 'socket',
      },
    ],
    users: PEOPLE.map((person) => ({ ...person, tz: timeZone })),
    channels: [
      {
        id: WORKSPACE.channelId,
        name: WORKSPACE.channel.slice(1),
        topic: 'One thread per incident',
        members: [...PEOPLE.map((person) => person.id), BOT_USER],
      },
    ],
  });
