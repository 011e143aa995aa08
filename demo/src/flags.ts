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
  const malformed = findMalformed(args);
  if (malformed.length > 0) return { kind: 'invalid', problems: malformed };
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help === true) return { kind: 'help' };

  const problems: string[] = [];
  const port = readInteger(values.port, DEFAULT_PORT);
  if (port === null || port < 1 || port > 65_534) problems.push(`--port: found "${values.port}", expected 1 to 65534`);
  const seed = readInteger(values.seed, DEFAULT_SEED);
  if (seed === null) problems.push(`--seed: found "${values.seed}", expected a whole number from 0`);
  const fault = values.fault ?? DEFAULT_FAULT;
  if (fault !== NO_FAULT && !faults.includes(fault)) {
    problems.push(`--fault: found "${fault}", expected one of ${faults.join(', ')}, ${NO_FAULT}`);
  }
  if (values.data === '') problems.push('--data: expected a directory');
  if (problems.length > 0 || port === null || seed === null) return { kind: 'invalid', problems };
  return {
    kind: 'run',
    flags: { port, fault, seed, shouldOpen: values['no-open'] !== true, dataDirectory: values.data ?? null },
  };
};

/** What cannot be read as flags at all. A value that looks like a flag is a forgotten value. */
const findMalformed = (args: readonly string[]): readonly string[] => {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const flags = tokens.flatMap((token) => {
    if (token.kind !== 'option') return [];
    const option = Object.entries(OPTIONS).find(([name]) => name === token.name)?.[1];
    if (option === undefined) return [`${token.rawName}: there is no such flag`];
    const { value, inlineValue } = token;
    if (option.type === 'boolean') return value === undefined ? [] : [`${token.rawName}: takes no value`];
    const isForgotten = value === undefined || (inlineValue === false && value.startsWith('-'));
    return isForgotten ? [`${token.rawName}: expected a value after it`] : [];
  });
  // The words left over are the consequence of such a mistake as often as not.
  if (flags.length > 0) return flags;
  return tokens.flatMap((token) =>
    token.kind === 'positional' ? [`found "${token.value}", expected flags only`] : [],
  );
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
