import type { IncidentView } from '#ports/incident-board.ts';
import type { Severity } from '#kernel/severity.ts';

/** What a card is about now; one incident has one at a time. */
export type CardState = 'open' | 'acknowledged' | 'recovered' | 'resolved' | 'no-data';

/** Silence as the lead is no data too, and resolving ends every other state. */
export const cardStateOf = (view: IncidentView): CardState => {
  if (view.state === 'resolved') return 'resolved';
  if (view.recoveredAt !== null) return 'recovered';
  if (view.noDataSince !== null) return 'no-data';
  return view.state;
};

export const SEVERITY_CIRCLE: Readonly<Record<Severity, string>> = { P1: '🔴', P2: '🟠', P3: '🟡', P4: '🔵' };

/** What is true now; the word beside it keeps the severity. */
export const circleOf = (view: IncidentView): string => {
  const state = cardStateOf(view);
  if (state === 'resolved') return '✅';
  if (state === 'recovered') return '🟢';
  if (state === 'no-data' || view.lead.signal === 'silence') return '⚪';
  return SEVERITY_CIRCLE[view.severity];
};

/** P3 and P4 say less: nobody is woken for them. */
export const isCompact = (view: IncidentView): boolean => view.severity === 'P3' || view.severity === 'P4';

/** Which chart fits the card: one phase's chart on another's card would be a stale picture. */
export const chartPhaseOf = (view: IncidentView): 'failing' | 'recovered' | 'no-data' => {
  if (view.recoveredAt !== null) return 'recovered';
  return view.noDataSince === null ? 'failing' : 'no-data';
};

/** It had stopped: a fault that was only resolved too early does not fail "again". */
export const isFailingAgain = ({ lead, reopened }: IncidentView): boolean =>
  reopened !== null && lead.firstTickAt.getTime() >= reopened.at.getTime() - reopened.afterMs;

export const servicesOf = (view: IncidentView): readonly string[] => [
  ...new Set([view.lead.service, ...view.folded.map((anomaly) => anomaly.service)]),
];
