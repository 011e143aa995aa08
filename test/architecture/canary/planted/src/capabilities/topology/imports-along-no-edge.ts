// expects: boundaries(dependencies)
import { openIncident } from '#capabilities/incidents/index.ts';

export const open = openIncident;
