// expects: boundaries(dependencies)
import { fakeStore } from '../../../test/support/fake-store.ts';

export const store = fakeStore;
