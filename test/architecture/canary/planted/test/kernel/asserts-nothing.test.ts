// expects: vitest(expect-expect)
import { it } from 'vitest';

it('says that it works', () => {
  String(1);
});
