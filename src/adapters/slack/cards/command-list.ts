export type CommandGroup = 'see' | 'act' | 'ask';
export type CommandName =
  | 'help'
  | 'status'
  | 'incidents'
  | 'incident'
  | 'ack'
  | 'resolve'
  | 'reopen'
  | 'accept'
  | 'query'
  | 'trace'
  | 'deps'
  | 'slow'
  | 'logs'
  | 'patterns';

interface CommandWords {
  readonly name: CommandName;
  readonly group: CommandGroup;
  readonly usage: string;
  readonly says: string;
}

/** What `/sentinel` knows; help lists it, and a misspelled command is compared with it. */
export const COMMANDS: readonly CommandWords[] = [
  { name: 'incidents', group: 'see', usage: '/sentinel incidents', says: 'what is open' },
  { name: 'incident', group: 'see', usage: '/sentinel incident INC-1', says: 'one incident' },
  { name: 'status', group: 'see', usage: '/sentinel status', says: 'is Sentinel itself well?' },
  { name: 'help', group: 'see', usage: '/sentinel help', says: 'this' },
  { name: 'ack', group: 'act', usage: '/sentinel ack INC-1', says: 'you are on it' },
  {
    name: 'resolve',
    group: 'act',
    usage: '/sentinel resolve INC-1 what fixed it',
    says: 'it is done, and what fixed it',
  },
  { name: 'reopen', group: 'act', usage: '/sentinel reopen INC-1', says: 'it is not done after all' },
  { name: 'accept', group: 'act', usage: '/sentinel accept a-service', says: 'what it does now is its normal' },
  {
    name: 'query',
    group: 'ask',
    usage: '/sentinel query errors from a-service in the last hour',
    says: 'plain English, or any ES|QL',
  },
  {
    name: 'logs',
    group: 'ask',
    usage: '/sentinel logs a-service since 30m level error timeout',
    says: 'what a service logs, and words in it',
  },
  { name: 'patterns', group: 'ask', usage: '/sentinel patterns a-service', says: 'what it writes, and what is new' },
  { name: 'trace', group: 'ask', usage: '/sentinel trace 4bf92f3577b3', says: 'where its time went' },
  { name: 'deps', group: 'ask', usage: '/sentinel deps a-service', says: 'who calls it, and whom it calls' },
  { name: 'slow', group: 'ask', usage: '/sentinel slow a-service 30m', says: 'what is slow in it, and what fails' },
];

const NAMELESS = 'a-service';

/** How a command is written, of this service. */
export const usageOf = (name: CommandName, service: string = NAMELESS): string =>
  COMMANDS.find((command) => command.name === name)?.usage.replace(NAMELESS, service) ?? '/sentinel help';

const PLAIN_NAME = /^[\w.-]{1,40}$/u;

/** The first that can be typed as it stands, such as in an example. Undefined: none. */
export const typableService = (names: readonly string[]): string | undefined =>
  names.find((name) => PLAIN_NAME.test(name));
