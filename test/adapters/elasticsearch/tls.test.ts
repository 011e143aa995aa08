import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf, rowsOf } from '../../contracts/telemetry-store-questions.ts';
import { openStore, startServer } from './store-under-test.ts';

let directory: string;
let tls: { readonly key: string; readonly cert: string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sentinel-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const about = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await promisify(execFile)('openssl', [...request, ...about, '-keyout', key, '-out', cert]);
  tls = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const COUNT = 'FROM logs | STATS n = COUNT(*)';

test('refuses a certificate of an unknown authority and names the setting', async () => {
  const { proxy } = await startServer({ tls });
  const fault = await faultOf(openStore(proxy.url, { startLimitMs: 0 }));
  expect(fault).toMatchObject({ code: 'configuration', isRetryable: false });
  expect(fault.userMessage).toContain('elasticsearch.ca');
});

test('trusts the authority that it is given', async () => {
  const { proxy } = await startServer({ tls });
  const { store } = await openStore(proxy.url, { ca: tls.cert });
  expect(await rowsOf(store, COUNT)).toEqual([[0]]);
});

test('takes any certificate where it is told not to verify', async () => {
  const { proxy } = await startServer({ tls });
  const { store } = await openStore(proxy.url, { verifyTls: false });
  expect(await rowsOf(store, COUNT)).toEqual([[0]]);
});
