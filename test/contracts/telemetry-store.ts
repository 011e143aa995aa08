import { afterEach, beforeEach, describe } from 'vitest';
import type { Clock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { describeAppending } from './telemetry-store-appending.ts';
import { describeFields } from './telemetry-store-fields.ts';
import { describeLookups } from './telemetry-store-lookups.ts';
import { describeQuerying } from './telemetry-store-querying.ts';
import { describeSearching } from './telemetry-store-searching.ts';
import { describeUpkeep } from './telemetry-store-upkeep.ts';
import { NOW } from './telemetry-store-questions.ts';

export interface TelemetryStoreUnderTest {
  readonly store: TelemetryStore;
  /** Closes the store and removes its data. */
  close(): Promise<void>;
}

/** What every telemetry store must do. `open` hands over an empty store that asks the clock what time it is. */
export const describeTelemetryStore = (
  backend: string,
  open: (deps: { readonly clock: Clock }) => Promise<TelemetryStoreUnderTest>,
): void => {
  describe(`telemetry store on ${backend}`, () => {
    let under: TelemetryStoreUnderTest;

    beforeEach(async () => {
      under = await open({ clock: { now: () => NOW } });
    });
    afterEach(() => under.close());

    const store = (): TelemetryStore => under.store;
    describeAppending(store);
    describeFields(store);
    describeQuerying(store);
    describeSearching(store);
    describeLookups(store);
    describeUpkeep(store);
  });
};
