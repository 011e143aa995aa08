import type { App } from '@slack/bolt';
import { answerHelp } from '../answer-help.ts';
import { answerIncidents, answerStatus } from '../show-state.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { registerButton } from './button-click.ts';

/** Buttons that only show something. */
export const registerSentinelButtons = (app: App, deps: ListenerDeps): void => {
  registerButton(app, deps, 'sentinel.help', (click) => answerHelp(deps, click), { isForAll: true });
  registerButton(app, deps, 'sentinel.status', () => answerStatus(deps));
  registerButton(app, deps, 'sentinel.incidents', () => answerIncidents(deps));
};
