import { env } from 'node:process';
import { expect, test } from 'vitest';
import type { TestServer } from './servers.ts';

/**
 * What a suite says where its server is missing: in CI a failure, elsewhere a test that is
 * skipped in plain sight, with the reason as its title.
 */
export const reportMissing = ({ reason }: Extract<TestServer, { readonly url: null }>): void => {
  test.skipIf(!env['CI'])(`did not run: ${reason}`, () => expect.fail(reason));
};
