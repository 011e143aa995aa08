import type {
  AcknowledgeOutcome,
  IncidentSummary,
  ReopenOutcome,
  ResolveOutcome,
} from '#capabilities/incidents/index.ts';
import { type Actor, isSameActor } from '#kernel/actor.ts';
import { incidentName } from '#kernel/incident-number.ts';
import { actorIn } from '../actor-words.ts';
import { button, type CardMessage } from '../blocks.ts';
import { formatSpan } from '../numbers.ts';
import { sentenceCard } from '../sentence-card.ts';
import { nameIn, plainName } from '../text.ts';
import { formatTime, formatUtc } from '../times.ts';

export interface OutcomeContext {
  readonly actor: Actor;
  readonly now: Date;
  /** The card is where the actor is looking, and shows what was done. */
  readonly isSeenOnCard: boolean;
}

/** What the actor is told; null where the card says it all. */
export const acknowledgeCard = (outcome: AcknowledgeOutcome, context: OutcomeContext): CardMessage | null => {
  switch (outcome.kind) {
    case 'acknowledged':
      return context.isSeenOnCard ? null : done('acknowledged', outcome.incident);
    case 'already-acknowledged': {
      const name = incidentName(outcome.incident.number);
      const at = formatTime(outcome.at, context.now);
      if (isSameActor(outcome.by, context.actor)) {
        return sentenceCard(`You acknowledged ${name} already, at ${at}.`, `You acknowledged ${name} already.`);
      }
      const before = formatSpan(context.now.getTime() - outcome.at.getTime());
      const added = outcome.wasAddedAsResponder
        ? ' You were added as a responder.'
        : ' You are one of its responders already.';
      return sentenceCard(
        `${actorIn(outcome.by)} acknowledged ${name} at ${at}, ${before} before you.${added}`,
        `${name} was already acknowledged at ${formatUtc(outcome.at)}.${added}`,
      );
    }
    case 'already-resolved':
      return alreadyResolved(outcome, context);
    case 'not-found':
      return noSuchIncidentCard(outcome.number);
  }
};

export const resolveCard = (outcome: ResolveOutcome, context: OutcomeContext): CardMessage | null => {
  switch (outcome.kind) {
    case 'resolved': {
      const name = incidentName(outcome.incident.number);
      if (outcome.isStillFailing) {
        if (outcome.incident.signal === 'log_match') {
          return sentenceCard(
            `⚠️ *${name} is resolved, and a line of ${nameIn(outcome.incident.service)} matched in the last minute.* It reopens if that goes on.`,
            `${name} is resolved, but lines still match.`,
          );
        }
        return sentenceCard(
          `⚠️ *${name} is resolved, and ${nameIn(outcome.incident.service)} is still out of its expected band.* It reopens if that goes on.`,
          `${name} is resolved, but still out of its expected band.`,
        );
      }
      return context.isSeenOnCard ? null : done('resolved', outcome.incident);
    }
    case 'already-resolved':
      return alreadyResolved(outcome, context);
    case 'resolution-added': {
      const said = `${incidentName(outcome.incident.number)} was resolved already; its card now says what fixed it.`;
      return sentenceCard(said, said);
    }
    case 'resolution-not-kept':
      return alreadyResolved(outcome, context, ' Your note was not kept: its card says already what fixed it.');
    case 'not-found':
      return noSuchIncidentCard(outcome.number);
  }
};

export const reopenCard = (outcome: ReopenOutcome, context: OutcomeContext): CardMessage | null => {
  switch (outcome.kind) {
    case 'reopened':
      return context.isSeenOnCard ? null : done('reopened', outcome.incident);
    case 'not-resolved': {
      const name = incidentName(outcome.incident.number);
      return sentenceCard(
        `${name} is not resolved: it is ${outcome.incident.state}. Nothing was changed.`,
        `${name} is not resolved.`,
      );
    }
    case 'superseded': {
      const [name, newer] = [incidentName(outcome.incident.number), incidentName(outcome.openIncident)];
      return sentenceCard(
        `${name} stays resolved: *${newer}* is open and tracks the same signal.`,
        `${name} stays resolved: ${newer} is open for the same signal.`,
      );
    }
    case 'not-found':
      return noSuchIncidentCard(outcome.number);
  }
};

export const noSuchIncidentCard = (number: number): CardMessage =>
  sentenceCard(`There is no ${incidentName(number)}.`, `There is no ${incidentName(number)}.`, [
    button('Open incidents', 'sentinel.incidents'),
  ]);

const done = (verb: string, incident: IncidentSummary): CardMessage => {
  const name = incidentName(incident.number);
  return sentenceCard(
    `You ${verb} *${name}* (${incident.severity} ${nameIn(incident.service)}).`,
    `You ${verb} ${name} (${incident.severity} ${plainName(incident.service)}).`,
  );
};

const alreadyResolved = (
  outcome: { readonly incident: IncidentSummary; readonly by: Actor; readonly at: Date },
  context: OutcomeContext,
  note = '',
): CardMessage => {
  const name = incidentName(outcome.incident.number);
  const who = isSameActor(outcome.by, context.actor) ? 'You' : actorIn(outcome.by);
  return sentenceCard(
    `${who} resolved ${name} already, at ${formatTime(outcome.at, context.now)}.${note} Reopen it if it is not over.`,
    `${name} was already resolved at ${formatUtc(outcome.at)}.${note}`,
    [button('Reopen', 'incident.reopen', name)],
  );
};
