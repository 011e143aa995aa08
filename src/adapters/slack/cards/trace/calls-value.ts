import type { ServiceCalls, ServiceQuestion } from '#capabilities/traces/index.ts';

/** What a button carries, so that a click asks of the same time again: from, to, service. */
export const callsValue = ({ service, range }: Pick<ServiceCalls, 'service' | 'range'>): string =>
  `${range.from.getTime()} ${range.to.getTime()} ${service}`;

/** Null of a value that is none of ours. */
export const readCallsValue = (value: string): ServiceQuestion | null => {
  const [, from, to, service] = /^(\d{1,15}) (\d{1,15}) ([^]+)$/u.exec(value) ?? [];
  if (from === undefined || to === undefined || service === undefined) return null;
  return { service, range: { from: new Date(Number(from)), to: new Date(Number(to)) } };
};
