import { createServer } from 'node:net';

/** How a port is to be opened. Null host: on all interfaces. */
interface WantedPort {
  readonly port: number;
  readonly host: string | null;
  readonly owner: string;
}

/** What the local Slack and Sentinel listen on. */
export const portsOf = (port: number): readonly WantedPort[] => [
  { port, host: null, owner: 'the local Slack' },
  { port: port + 1, host: '127.0.0.1', owner: 'Sentinel' },
];

/** Opens each port for a moment; returns a sentence for the first that cannot be had, or null. */
export const checkPorts = async (wanted: readonly WantedPort[]): Promise<string | null> => {
  const ports = wanted.map(({ port }) => port).join(' and ');
  for (const each of wanted) {
    const code = await tryPort(each);
    if (code === null) continue;
    const what = code === 'EADDRINUSE' ? 'is already in use by another program' : `cannot be opened (${code})`;
    return `Port ${each.port}, which ${each.owner} would listen on, ${what}.\nThe demo needs ${ports}: choose others with --port N, which takes N and N + 1.`;
  }
  return null;
};

/** Null: it is free. Otherwise the code of the system's refusal. */
const tryPort = ({ port, host }: WantedPort): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'an error'));
    server.listen({ port, ...(host === null ? {} : { host }), exclusive: true }, () =>
      server.close(() => resolve(null)),
    );
  });
