import type { App } from '@slack/bolt';
import { answerTrace, showWaterfall } from '../answer-trace.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { registerButton } from './button-click.ts';

export const registerTraceButtons = (app: App, deps: ListenerDeps): void => {
  registerButton(app, deps, 'trace.show', (click) => answerTrace(deps, click.value));
  registerButton(app, deps, 'trace.waterfall', (click) => showWaterfall(deps, click.value, click));
};
