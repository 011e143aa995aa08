const IT = '(?:it|this|that|things?|the incident)';
const WORDS = [
  `what(?:['’]?s| is| was)? (?:going on|happening|up|wrong|new|broken|the (?:status|state|matter|problem|issue))`,
  `what happened`,
  `what(?:['’]?s| is) (?:wrong|up|going on) with ${IT}`,
  `(?:when|since when) (?:did|has|is|was) ${IT} (?:start|begin|happen|been happening|broken|begun|started)`,
  `how (?:bad|serious|long) (?:is|was|has) ${IT}(?: been (?:happening|going on))?`,
  `is ${IT} (?:still |already )?(?:happening|going on|broken|failing|down|fixed|over|resolved|recovered|better|ok|okay)`,
  `(?:any )?(?:updates?|news)`,
  `(?:status|state|summary)(?: of ${IT})?`,
];
const STATE = new RegExp(
  `^(?:(?:so|and|hey|hi),? )?(?:${WORDS.join('|')})(?: (?:here|now|yet|today|again|right now))?[\\s?!.]*$`,
  'iu',
);

/** "is it fixed yet?", "what's going on": how the incident is, which its card tells, rather than a search. */
export const asksForState = (text: string): boolean => STATE.test(text.replaceAll(/\s+/gu, ' ').trim());
