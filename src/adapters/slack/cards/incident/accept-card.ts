import type { AcceptOutcome } from '#capabilities/detection/index.ts';
import type { JudgedSignal } from '#kernel/anomaly.ts';
import { button, type CardMessage } from '../blocks.ts';
import { sentenceCard } from '../sentence-card.ts';
import { nameIn, plainName } from '../text.ts';
import { formatTime } from '../times.ts';

const STATUS = button('Status', 'sentinel.status');

const SIGNAL: Readonly<Record<JudgedSignal, string>> = { error_rate: 'errors', latency: 'latency', silence: 'silence' };

const wordsOf = (signals: readonly JudgedSignal[]): string => signals.map((signal) => SIGNAL[signal]).join(' and ');

/** What a person is told who took a service's traffic of now for its normal. */
export const acceptCard = (outcome: AcceptOutcome, now: Date): CardMessage => {
  const [name, plain] = [nameIn(outcome.service), plainName(outcome.service)];
  switch (outcome.kind) {
    case 'accepted': {
      return sentenceCard(
        `✅ *What ${name} does now is its normal (${wordsOf(outcome.signals)}).* It is compared with what it did since ${formatTime(outcome.since, now)}; any incident stays open until somebody resolves it.`,
        `What ${plain} does now is its normal.`,
      );
    }
    case 'nothing-to-accept': {
      const why =
        outcome.signals.length === 0
          ? `${name} has no anomaly that lasts: nothing was changed.`
          : `What ${name} shows (${wordsOf(outcome.signals)}) has not paged and is in no incident: nothing was changed, and it may pass by itself.`;
      const elsewhere =
        outcome.services.length === 0
          ? 'Nothing can be accepted now: that takes an anomaly that paged, rises slowly or is in an incident.'
          : `Can be accepted now: ${outcome.services.map(nameIn).join(', ')}.`;
      return sentenceCard(`${why} ${elsewhere}`, `${plain} has nothing to accept.`, [STATUS]);
    }
    case 'busy':
      return sentenceCard(
        `Checks kept coming first: nothing was changed for ${name}. Try again.`,
        `Nothing was changed for ${plain}: try again.`,
      );
  }
};
