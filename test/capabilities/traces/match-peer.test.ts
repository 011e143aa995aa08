import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPeer } from '#capabilities/traces/match-peer.ts';

const SERVICES = ['orders', 'payment-service', 'gateway', 'auth.internal', 'Mail', 'MAIL'];

describe('the name of a peer', () => {
  it.each([
    ['orders', 'orders'],
    ['ORDERS', 'orders'],
    ['orders:8080', 'orders'],
    ['http://orders:8080', 'orders'],
    ['https://user:secret@orders/v1/x?y=1#z', 'orders'],
    ['grpc://orders:443', 'orders'],
    ['orders.', 'orders'],
    ['orders.default', 'orders'],
    ['orders.default.svc', 'orders'],
    ['orders.default.svc.cluster.local:80', 'orders'],
    ['orders.shop.svc.k8s.example.com', 'orders'],
    ['orders.service.consul', 'orders'],
    ['orders.eu.internal', 'orders'],
    ['payment_service', 'payment-service'],
    ['PaymentService:9090', 'payment-service'],
    ['auth.internal', 'auth.internal'],
    ['AUTH.internal:80', 'auth.internal'],
    ['Mail', 'Mail'],
  ])('“%s” is the service %s', (written, service) => {
    expect(matchPeer(written, SERVICES)).toBe(service);
  });

  it.each([
    'orders.example.com',
    'orders.com',
    'orders.io',
    'order',
    'orders-db:5432',
    'mail:25',
    '10.0.0.7:8080',
    '[::1]:8080',
    'localhost:3000',
    'cache.orders.svc',
    '',
    '://',
  ])('“%s” stays as it is: it fits none, or several', (written) => {
    expect(matchPeer(written, SERVICES)).toBe(written);
  });

  it('is a known service or what was written', () => {
    const written = fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom(...SERVICES));
    fc.assert(
      fc.property(written, fc.array(fc.string()), (name, services) => {
        expect([name, ...services]).toContain(matchPeer(name, services));
      }),
    );
  });
});
