import { createSentinel } from '#app.ts';

await createSentinel().start();
