import type { App } from '@slack/bolt';
import { parseIncidentNumber } from '#kernel/incident-number.ts';
import type { ActionId, CardMessage } from '../../cards/blocks.ts';
import { acknowledge, reopen, resolve } from '../change-incident.ts';
import { answerIncidents } from '../show-state.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { type Click, registerButton } from './button-click.ts';

/** The buttons of a card: each calls one function of the incidents, and the card follows. */
export const registerIncidentButtons = (app: App, deps: ListenerDeps): void => {
  const onIncident = (actionId: ActionId, run: (number: number, click: Click) => Promise<CardMessage | null>): void => {
    registerButton(app, deps, actionId, (click) => {
      const number = parseIncidentNumber(click.value);
      // A value that is none of ours names no incident: show what there is.
      return number === undefined ? answerIncidents(deps) : run(number, click);
    });
  };
  onIncident('incident.acknowledge', (number, click) => acknowledge(deps, number, click));
  onIncident('incident.resolve', (number, click) => resolve(deps, number, null, click));
  onIncident('incident.reopen', (number, click) => reopen(deps, number, click));
};
