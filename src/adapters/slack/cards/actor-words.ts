import type { Actor } from '#kernel/actor.ts';
import { nameIn } from './text.ts';

const SLACK_USER = /^[UW][A-Z0-9]{1,20}$/;

const SURFACE = {
  slack: 'Slack',
  rest: 'the REST API',
  mcp: 'MCP',
  job: 'a job',
  'command-line': 'the command line',
} as const;

/** A mention where the actor is a Slack user; else its name. */
export const actorIn = (actor: Actor): string => {
  if (actor.kind === 'sentinel') return 'Sentinel';
  return actor.surface === 'slack' && SLACK_USER.test(actor.id) ? `<@${actor.id}>` : nameIn(actor.id);
};

export const surfaceOf = (actor: Actor): string => SURFACE[actor.surface];
