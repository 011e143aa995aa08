import { sell } from '../../simulator/shop.ts';
import { createSentinel } from '../../src/app.ts';

console.log(sell({ now: () => new Date(0) }));
await createSentinel().start();
