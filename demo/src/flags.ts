import { parseArgs } from 'node:util';
import { describeFaults, NO_FAULT } from '../../simulator/faults.ts';

export interface DemoFlags {
  readonly port: number;
  readonly fault: string;
  readonly seed: number;
  readonly shouldOpen: boolean;
  /** Null: a temporary directory, removed at the end. */
  readonly dataDirectory: string | null;
}

type ParsedFlags =
  | { readonly kind: 'run'; readonly flags: DemoFlags }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const DEFAULT_PORT = 4480;
const DEFAULT_SEED = 1;
export const DEFAULT_FAULT = 'connection-pool-exhaustion';

const OPTIONS = {
  port: { type: 'string' },
  fault: { type: 'string' },
  seed: { type: 'string' },
  data: { type: 'string' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; lists every problem at once. no fault is a choice too. */
export const parseFlags = (args: readonly string[], faults: readonly string[]): ParsedFlags => {
  const { problems: malformed, values } = readTokens(args);
  if (malformed.length === 0 && values.has('help')) return { kind: 'help' };

  const problems = [...malformed];
  const port = readInteger(values.get('port'), DEFAULT_PORT);
  if (port === null || port < 1 || port > 65_534) {
    problems.push(`--port: found "${values.get('port')}", expected 1 to 65534`);
  }
  const seed = readInteger(values.get('seed'), DEFAULT_SEED);
  if (seed === null) problems.push(`--seed: found "${values.get('seed')}", expected a whole number from 0`);
  const fault = values.get('fault') ?? DEFAULT_FAULT;
  if (fault !== NO_FAULT && !faults.includes(fault)) {
    problems.push(`--fault: found "${fault}", expected one of ${faults.join(', ')}, ${NO_FAULT}`);
  }
  if (values.get('data') === '') problems.push('--data: expected a directory');
  if (problems.length > 0 || port === null || seed === null) return { kind: 'invalid', problems };
  return {
    kind: 'run',
    flags: { port, fault, seed, shouldOpen: !values.has('no-open'), dataDirectory: values.get('data') ?? null },
  };
};

interface ReadTokens {
  /** What cannot be read as flags at all. */
  readonly problems: readonly string[];
  /** Of the flags that can; of those without a value, the empty text. */
  readonly values: ReadonlyMap<string, string>;
}

/** A value that looks like a flag is a forgotten value, and that flag is read as one. */
const readTokens = (args: readonly string[]): ReadTokens => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const problems: string[] = [];
  const values = new Map<string, string>();
  let afterUnknown = -1;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      // A word after a flag that does not exist was meant as its value.
      if (token.index !== afterUnknown) problems.push(`found "${token.value}", expected flags only`);
      continue;
    }
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue, index } = token;
    const option = Object.entries(OPTIONS).find(([known]) => known === name)?.[1];
    if (option === undefined) {
      problems.push(`${rawName}: there is no such flag`);
      afterUnknown = inlineValue === true ? -1 : index + 1;
    } else if (option.type === 'boolean') {
      if (value !== undefined) problems.push(`${rawName}: takes no value`);
      values.set(name, '');
    } else if (value === undefined || (inlineValue === false && value.startsWith('-'))) {
      problems.push(`${rawName}: expected a value after it`);
      if (value?.startsWith('--') !== true) continue;
      const rest = readTokens(args.slice(index + 1));
      return { problems: [...problems, ...rest.problems], values: new Map([...values, ...rest.values]) };
    } else values.set(name, value);
  }
  return { problems, values };
};

const readInteger = (text: string | undefined, fallback: number): number | null => {
  if (text === undefined) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
};

export const helpText = (): string =>
  [
    'npm run demo -- [flags]',
    '',
    'A local Slack, Sentinel with embedded stores, and a simulated shop with one fault.',
    '',
    `  --port N      port of the local Slack's page (default ${DEFAULT_PORT}); Sentinel's own HTTP server takes the next one`,
    `  --fault NAME  what breaks in the shop (default ${DEFAULT_FAULT})`,
    `  --seed N      another seed gives another day in the shop (default ${DEFAULT_SEED})`,
    '  --data DIR    keep incidents in DIR; without it everything is gone at the end. The local Slack keeps nothing:',
    '                open incidents get a new card at the next start, but what was said in their threads is not there',
    '  --no-open     do not open the page in a browser',
    '',
    'Faults:',
    ...describeFaults().map((line) => `  ${line}`),
  ].join('\n');
