import type { Random } from '#kernel/random.ts';
import { hex, pick } from './distributions.ts';
import type { ServiceName } from './topology.ts';

const CARDS = ['visa', 'mastercard', 'amex'];
const CARRIERS = ['DHL', 'UPS', 'GLS'];
const STAGES = ['picked up', 'in transit', 'out for delivery', 'delivered'];
const PATHS = ['/products', '/products?page=2', '/products?category=lamps', '/products?category=chairs'];

const euros = (random: Random): string => (5 + random() * 240).toFixed(2);

/** What a request's own line says when it went well, by service and endpoint. */
const DONE: Readonly<Record<string, (random: Random) => string>> = {
  'gateway browse': (random) => `GET ${pick(random, PATHS)} 200`,
  'gateway login': () => 'POST /login 200',
  'gateway checkout': (random) => `POST /checkout 201 cart=${hex(random, 8)}`,
  'gateway orders': (random) => `GET /orders/ord_${hex(random, 10)} 200`,
  'order-service create': (random) => `order ord_${hex(random, 10)} created, ${1 + Math.floor(random() * 5)} items`,
  'order-service status': (random) => `order ord_${hex(random, 10)} read`,
  'payment-service charge': (random) =>
    `charged ${euros(random)} EUR to ${pick(random, CARDS)} ending ${1000 + Math.floor(random() * 9000)}`,
  'payment-service renew': (random) => `renewed subscription sub_${hex(random, 10)} for ${euros(random)} EUR`,
  'auth-service login': (random) => `session opened for user ${Math.floor(random() * 90_000)}`,
  'auth-service verify': (random) => `session ${hex(random, 12)} is valid`,
  'inventory-service list': (random) => `listed ${12 + Math.floor(random() * 36)} products`,
  'inventory-service reserve': (random) =>
    `reserved ${1 + Math.floor(random() * 3)} of sku ${1000 + Math.floor(random() * 8000)}`,
  'shipping-service track': (random) => `shipment shp_${hex(random, 10)} is ${pick(random, STAGES)}`,
  'shipping-service book': (random) => `shipment shp_${hex(random, 10)} booked with ${pick(random, CARRIERS)}`,
};

const OWN_FAULTS = [
  'unexpected end of input while reading the request body',
  'response of an upstream could not be parsed',
  'out of range: index 3, length 3',
];
const DATABASE_FAULTS = [
  'deadlock detected, transaction rolled back',
  'could not serialize access due to concurrent update',
];

export const describeDone = (random: Random, service: ServiceName, endpoint: string): string =>
  DONE[`${service} ${endpoint}`]?.(random) ?? `${endpoint} done`;

export const describeOwnFault = (random: Random, hasDatabase: boolean): string =>
  pick(random, hasDatabase ? [...DATABASE_FAULTS, ...OWN_FAULTS] : OWN_FAULTS);

export const orderValue = (random: Random): number => Math.round((20 + random() * random() * 260) * 100) / 100;
