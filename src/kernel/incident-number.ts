export const incidentName = (number: number): string => `INC-${number}`;

/** Reads "INC-7", "inc-7", "inc7", "#7" or "7"; undefined if it is none of those. */
export const parseIncidentNumber = (text: string): number | undefined => {
  const match = /^(?:inc-?|#)?([1-9]\d{0,8})$/i.exec(text.trim());
  return match ? Number(match[1]) : undefined;
};
