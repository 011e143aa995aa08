import { describe, expect, it } from 'vitest';
import { acceptCard } from '#adapters/slack/cards/incident/accept-card.ts';
import { readCommand } from '#adapters/slack/listeners/commands/read-command.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const SERVICE = 'payment-service';
const CARDS = {
  accepted: acceptCard(
    { kind: 'accepted', service: SERVICE, signals: ['error_rate', 'latency'], since: at('02:00') },
    at('03:00'),
  ),
  'nothing to accept': acceptCard(
    { kind: 'nothing-to-accept', service: SERVICE, signals: [], services: ['cart-service', '<odd>'] },
    at('03:00'),
  ),
  'nothing at all': acceptCard({ kind: 'nothing-to-accept', service: SERVICE, signals: [], services: [] }, at('03:00')),
  'nothing that was told of': acceptCard(
    { kind: 'nothing-to-accept', service: SERVICE, signals: ['error_rate', 'latency'], services: [] },
    at('03:00'),
  ),
  busy: acceptCard({ kind: 'busy', service: SERVICE }, at('03:00')),
};

describe('acceptCard', () => {
  it.each(Object.entries(CARDS))('reads well: %s', (_, card) => {
    expect(checkMessage(card)).toEqual([]);
    expect(outline(card)).toMatchSnapshot();
  });
});

describe('/sentinel accept', () => {
  it('asks for the service, whatever its name', () => {
    expect(readCommand('accept').parsed).toMatchObject({ kind: 'unclear', why: 'The name of a service is missing.' });
    expect(readCommand('accept  my odd &lt;service&gt; ').parsed).toEqual({
      kind: 'accept',
      service: 'my odd <service>',
    });
  });
});
