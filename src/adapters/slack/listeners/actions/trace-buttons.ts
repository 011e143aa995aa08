import type { App } from '@slack/bolt';
import { answerTrace, showLines } from '../answer-trace.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { registerButton } from './button-click.ts';

export const registerTraceButtons = (app: App, deps: ListenerDeps): void => {
  // Two of one message need ids of their own.
  registerButton(app, deps, 'trace.show', (click) => answerTrace(deps, click.value, click));
  registerButton(app, deps, 'trace.failure', (click) => answerTrace(deps, click.value, click));
  registerButton(app, deps, 'trace.lines', (click) => showLines(deps, click.value, click));
};
