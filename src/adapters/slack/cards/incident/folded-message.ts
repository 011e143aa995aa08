import { incidentName } from '#kernel/incident-number.ts';
import type { AnomalyView, FoldReason, IncidentView } from '#ports/incident-board.ts';
import { isScored, pastClause, sentencesOf, symptomOf } from './anomaly-words.ts';
import { type CardMessage, section } from '../blocks.ts';
import { lastLineBlock } from './matched-lines.ts';
import { SEVERITY_CIRCLE } from './incident-state.ts';
import { formatScore, formatSpan } from '../numbers.ts';
import { fitFallback, listInWords, nameIn, NBSP, plainName } from '../text.ts';
import { formatTime, formatTimeWithSeconds } from '../times.ts';

// A second's difference between two onsets is below what half-minute slots can tell.
const SIMULTANEOUS_MS = 1000;

const OWN_SIGNAL = {
  error_rate: 'its own errors',
  latency: 'its own slow requests',
  silence: 'its own silence',
  log_match: 'its own matching lines',
} as const;

/** One message an anomaly: what it is, when it began beside the incident's, and why it belongs here. */
export const foldedMessage = (view: IncidentView, anomaly: AnomalyView, reason: FoldReason, now: Date): CardMessage => {
  const severity = anomaly.worstSeverity;
  const windowMs = anomaly.window.to.getTime() - anomaly.window.from.getTime();
  const score = isScored(anomaly.signal)
    ? ` (${formatScore(anomaly.score, anomaly.signal)}, n${NBSP}=${NBSP}${anomaly.baselineBuckets})`
    : '';
  // This message is never edited: what is "the last" today is not tomorrow.
  const span = `in the ${formatSpan(windowMs)} to ${formatTime(anomaly.window.to, now)}`;
  const said =
    anomaly.quietSince === null
      ? sentencesOf({ ...anomaly, lastMinute: null, calm: null }, windowMs, now, span).replace(/\.$/u, '')
      : pastClause(anomaly, anomaly.quietSince, now);
  return {
    text: fallback(view, anomaly),
    blocks: [
      section(
        `${SEVERITY_CIRCLE[severity]} *${severity} anomaly folded in: ${nameIn(anomaly.service)}*\n` +
          `${said}${score}. ${onsetAndReason(view, anomaly, reason)}.${lastLineBlock(anomaly)}`,
      ),
    ],
  };
};

const fallback = (view: IncidentView, anomaly: AnomalyView): string => {
  const into = `Folded into ${incidentName(view.number)}: `;
  const service = plainName(anomaly.service);
  return fitFallback([
    `${into}${service}, ${symptomOf(anomaly, { hasSample: true })}.`,
    `${into}${service}, ${symptomOf(anomaly, { hasSample: false })}.`,
    `${into}${service}.`,
  ]);
};

/** "65 s after payment-service, which it calls through order-service": the reason hangs on the onset where it can. */
const onsetAndReason = (view: IncidentView, anomaly: AnomalyView, reason: FoldReason): string => {
  const at = formatTimeWithSeconds(anomaly.onsetAt);
  const first = [view.lead, ...view.folded].reduce((a, b) => (b.onsetAt.getTime() < a.onsetAt.getTime() ? b : a));
  const offset = anomaly.onsetAt.getTime() - first.onsetAt.getTime();
  if (reason.kind === 'same-service' && view.lead.service === anomaly.service) {
    return `It began at ${at}; it is the service that leads this incident`;
  }
  if (first.id === anomaly.id) return `It began at ${at}, first of all; ${because(view, reason, 'it')}`;
  const after = offset < SIMULTANEOUS_MS ? 'together with' : `${formatSpan(offset)} after`;
  const isAboutFirst = first.service !== anomaly.service && first.service === otherEnd(view, reason);
  const why = isAboutFirst ? `, ${because(view, reason, 'which')}` : `; ${because(view, reason, 'it')}`;
  if (first.service === anomaly.service) return `It began at ${at}, ${after} ${OWN_SIGNAL[first.signal]}${why}`;
  return `It began at ${at}, ${after} ${nameIn(first.service)}${why}`;
};

const because = (view: IncidentView, reason: FoldReason, form: 'it' | 'which'): string => {
  const other = nameIn(otherEnd(view, reason));
  const middle = reason.path.slice(1, -1).map(nameIn);
  const through = middle.length === 0 ? '' : ` through ${listInWords(middle)}`;
  switch (reason.kind) {
    case 'calls':
      return form === 'which' ? `which it calls${through}` : `it calls ${other}${through}`;
    case 'called-by':
      return form === 'which' ? `which calls it${through}` : `${other} calls it${through}`;
    case 'linked':
      return form === 'which' ? `with which it shares traces${through}` : `it shares traces with ${other}${through}`;
    case 'same-service':
      return 'it is the same service';
    case 're-fired':
      return 'the same signal fired again';
  }
};

/** A path begins at the folded service and ends at the one that it joins. */
const otherEnd = (view: IncidentView, reason: FoldReason): string => reason.path.at(-1) ?? view.lead.service;
