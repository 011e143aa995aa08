import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';

/** Log messages of a shop that does not exist: forms with variables, drawn as unevenly as in life. */

type Fill = (random: Random) => string;

const whole = (random: Random, below: number): number => Math.floor(random() * below);
const oneOf =
  (...choices: readonly string[]): Fill =>
  (random) =>
    choices[whole(random, choices.length)] ?? '';
const count =
  (below: number): Fill =>
  (random) =>
    String(whole(random, below));
const hex =
  (digits: number): Fill =>
  (random) =>
    Array.from({ length: digits }, () => whole(random, 16).toString(16)).join('');

const FILLS: Readonly<Record<string, Fill>> = {
  address: (random) => `10.${whole(random, 16)}.${whole(random, 256)}.${whole(random, 256)}`,
  amount: (random) => (random() * 500).toFixed(2),
  bytes: count(4_000_000),
  class: oneOf('OrderService', 'PaymentClient', 'CartRepository', 'StockReader', 'SessionFilter'),
  database: oneOf('orders', 'stock', 'accounts'),
  file: (random) => `/var/lib/shop/${hex(2)(random)}/${hex(12)(random)}.seg`,
  hex8: hex(8),
  hex32: hex(32),
  host: (random) => `node-${whole(random, 40)}`,
  id: count(9_000_000),
  method: oneOf('GET', 'POST', 'PUT', 'DELETE'),
  ms: (random) => (35 * Math.exp(2 * (random() + random() - 1))).toFixed(2),
  partition: count(64),
  port: (random) => String(30_000 + whole(random, 30_000)),
  route: oneOf('/', '/cart', '/checkout', '/products', '/login', '/search', '/api/v2/orders', '/api/v2/stock'),
  seconds: count(120),
  service: oneOf('gateway', 'orders', 'payment', 'catalog', 'inventory', 'mail'),
  sku: (random) => `SKU-${hex(6)(random).toUpperCase()}`,
  small: count(20),
  status: oneOf('200', '201', '204', '302', '404', '429'),
  thread: (random) => `worker-${whole(random, 16)}`,
  topic: oneOf('orders.placed', 'orders.paid', 'stock.changed', 'mail.sent'),
  user: (random) => `u_${hex(8)(random)}`,
  uuid: (random) => [8, 4, 4, 4, 12].map((digits) => hex(digits)(random)).join('-'),
};

const ORDINARY = [
  '{method} {route} completed with {status} in {ms} ms',
  '{address}:{port} - {method} {route} HTTP/1.1 {status} {bytes} {ms}',
  'order {id} placed by {user}, total {amount} EUR, {small} items',
  'payment {uuid} captured: {amount} EUR for order {id}',
  'cache hit key=product:{sku} age={seconds}s',
  'cache miss key=product:{sku}, loaded from {database} in {ms} ms',
  'session {hex32} of user {user} renewed until {seconds} min from now',
  'consumed {small} messages from {topic} partition {partition} offset {id}',
  'published {topic} key={id} partition={partition} offset={id}',
  '[{thread}] {class} - query took {ms} ms: rows={small}',
  'SELECT finished on {database} after {ms} ms, {bytes} bytes read',
  'health check of {service} at {address}:{port} passed in {ms} ms',
  'user {user} logged in from {address}',
  'mail {uuid} handed to smtp://{address}:25, {bytes} bytes',
  'reserved {small} of {sku} for order {id}',
  'GC pause {ms} ms, heap {bytes}K of {bytes}K',
  'connection from {address}:{port} accepted, {small} open',
  'connection {id} closed by {host} after {seconds} s',
  'compacted {file} into {file}: {bytes} bytes kept',
  'scheduled job reindex-{database} started on {host}',
  'scheduled job reindex-{database} finished in {seconds} s, {id} rows',
  'feature flags refreshed: {small} changed, revision {hex8}',
  'retry {small} of call to {service} succeeded after {ms} ms',
  'image {hex32} resized to {small}x{small} in {ms} ms',
  'token for client {uuid} issued, expires in {seconds} min',
] as const;

const FAILING = [
  '{method} {route} failed after {ms} ms: upstream {service} answered 503',
  'connection refused: {address}:{port}',
  'timeout after {ms} ms waiting for {service} at {address}:{port}',
  'payment {uuid} declined by the bank: code {small}',
  'could not reserve {sku} for order {id}: {small} wanted, 0 left',
  'deadlock detected on {database}: process {id} waits for process {id}',
  'java.sql.SQLTransientConnectionException: {database}-pool - Connection is not available, request timed out after {id}ms.',
  'circuit breaker of {service} opened after {small} failures in {seconds} s',
  'read tcp {address}:{port}->{address}:443: read: connection reset by peer',
  'no space left on device while writing {file}',
  'message {uuid} on {topic} could not be decoded: unexpected byte at {small}',
  'unhandled error in {class}: cannot read properties of undefined (reading "total")',
] as const;

type Parts = readonly (string | Fill)[];

const partsOf = (form: string): Parts =>
  form.split(/[{}]/).map((part, at) => {
    if (at % 2 === 0) return part;
    const fill = FILLS[part];
    invariant(fill, `${part} is a variable`);
    return fill;
  });

export interface InventedLine {
  readonly text: string;
  /** What it was made of: lines of one form belong together. */
  readonly form: string;
}

const createWriter = (forms: readonly string[]): ((random: Random) => InventedLine) => {
  const written = forms.map((form) => ({ form, parts: partsOf(form) }));
  return (random) => {
    // The square puts half of the lines into the first quarter of the forms.
    const { form, parts } = written[Math.floor(forms.length * random() ** 2)] ?? { form: '', parts: [] };
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(random);
    return { text, form };
  };
};

/** A line such as a service writes while all is well. */
export const inventOrdinary = createWriter(ORDINARY);
/** A line such as one writes beside a failed request. */
export const inventFailing = createWriter(FAILING);

export const inventOrdinaryLine: Fill = (random) => inventOrdinary(random).text;
export const inventFailingLine: Fill = (random) => inventFailing(random).text;
