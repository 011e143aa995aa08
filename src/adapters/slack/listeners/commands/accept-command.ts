import { acceptCard } from '../../cards/incident/accept-card.ts';
import { usageOf } from '../../cards/command-list.ts';
import { personOf } from '../listener-deps.ts';
import { command, type Unclear } from './command.ts';

export const acceptCommand = command({
  name: 'accept',
  parse: (rest): Unclear | { readonly kind: 'accept'; readonly service: string } =>
    rest === ''
      ? { kind: 'unclear', why: 'The name of a service is missing.', usage: usageOf('accept') }
      : { kind: 'accept', service: rest },
  answer: async (deps, { service }, { user }) =>
    acceptCard(await deps.commands.accept(service, personOf(user)), deps.clock.now()),
});
