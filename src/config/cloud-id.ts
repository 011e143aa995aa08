import { z } from 'zod';

const HTTPS_PORT = '443';
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])?$/i;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const EXPECTED = "the deployment's Cloud ID as its page shows it: a name, a colon and one long word";

type CloudId = { readonly kind: 'ok'; readonly node: string } | { readonly kind: 'refused'; readonly found: string };

const refused = (found: string): CloudId => ({ kind: 'refused', found });

const splitPort = (text: string): readonly [string, string | null] => {
  const [host = '', port, ...rest] = text.split(':');
  return rest.length === 0 ? [host, port ?? null] : [text, null];
};

const isPort = (port: string): boolean => /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65_535;

/** A name that ends in a number is an address, or nothing, to whoever connects. */
const isHostname = (name: string): boolean =>
  URL.canParse(`https://${name}`) && new URL(`https://${name}`).hostname === name.toLowerCase();

/** The address of Elasticsearch that a Cloud ID holds: `name:base64(host[:port]$elasticsearch[:port][$kibana])`. */
export const readCloudId = (text: string): CloudId => {
  const at = text.lastIndexOf(':');
  const encoded = text.slice(at + 1);
  if (encoded === '') return refused('nothing after its colon');
  if (!BASE64.test(encoded)) return refused('what follows its colon is no base64');
  const [cloud = '', elasticsearch = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split('$');
  if (elasticsearch === '' || rest.length > 2) return refused('no host and id of a deployment in it');
  const [host, cloudPort] = splitPort(cloud);
  const [id, ownPort] = splitPort(elasticsearch);
  const port = ownPort ?? cloudPort ?? HTTPS_PORT;
  const name = `${id}.${host}`;
  if (!HOST.test(host) || !LABEL.test(id) || !isPort(port) || !isHostname(name))
    return refused('no host and id of a deployment in it');
  return { kind: 'ok', node: `https://${name}:${port}` };
};

/** Read as the address of the deployment. */
export const cloudId = () =>
  z.string({ error: EXPECTED }).transform((text, context): string => {
    const read = readCloudId(text.trim());
    if (read.kind === 'ok') return read.node;
    context.issues.push({ code: 'custom', message: EXPECTED, input: text, params: { found: read.found } });
    return z.NEVER;
  });
