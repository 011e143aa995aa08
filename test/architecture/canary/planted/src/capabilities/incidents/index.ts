export { openIncident } from './open-incident.ts';
