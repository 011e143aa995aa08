import { Refusal } from './world.ts';

export type Args = Readonly<Record<string, unknown>>;

type Kind = 'text' | 'flag' | 'count' | 'ts' | 'moment' | 'blocks' | 'list' | 'object';

/** What a method takes, after its page in Slack's reference. */
export interface Signature {
  readonly required: Readonly<Record<string, Kind>>;
  readonly optional?: Readonly<Record<string, Kind>>;
}

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && value !== '',
  flag: (value) => value === 'true' || value === 'false',
  count: (value) => typeof value === 'string' && /^\d{1,9}$/.test(value),
  ts: (value) => typeof value === 'string' && /^\d{1,11}\.\d{6}$/.test(value),
  moment: (value) => typeof value === 'string' && /^\d{1,11}(\.\d{1,6})?$/.test(value),
  blocks: (value) => Array.isArray(value),
  list: (value) => Array.isArray(value) && value.length > 0,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Slack itself overlooks an unknown argument; a misspelled one would then be lost without a word. */
export const checkArguments = ({ required, optional = {} }: Signature, args: Args): void => {
  const known = { ...required, ...optional };
  for (const name of Object.keys(required)) {
    if (args[name] === undefined) throw new Refusal('invalid_arguments', `missing required field: ${name}`);
  }
  for (const [name, value] of Object.entries(args)) {
    const kind = known[name];
    if (kind === undefined) throw new Refusal('invalid_arguments', `unknown argument: ${name}`);
    if (!IS[kind](value)) throw new Refusal('invalid_arguments', `${name} must be ${kind}`);
  }
};

/** The Web API takes forms whose values are text, or JSON for what is not. */
export const readArguments = (body: string): Args => {
  const args: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    args[key] = ['blocks', 'files', 'view'].includes(key) ? (JSON.parse(value) as unknown) : value;
  }
  return args;
};
