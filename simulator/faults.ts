import { addMs } from '#kernel/duration.ts';
import { CHANGE_FAULTS } from './change-faults.ts';
import { DEPENDENCY_FAULTS } from './dependency-faults.ts';
import type { FaultDefinition, FaultPlan, GroundTruth } from './fault-definition.ts';
import { LOOK_ALIKES } from './look-alikes.ts';
import { RESOURCE_FAULTS } from './resource-faults.ts';

export type { FaultDefinition, FaultPlan, GroundTruth } from './fault-definition.ts';

const FAULTS: readonly FaultDefinition[] = [...RESOURCE_FAULTS, ...DEPENDENCY_FAULTS, ...CHANGE_FAULTS, ...LOOK_ALIKES];

/** What `--fault` calls a shop in which nothing happens. */
export const NO_FAULT = 'none';

export const listFaults = (): readonly FaultDefinition[] => FAULTS;

/** Throws a RangeError that names the known ones. */
export const findFault = (name: string): FaultDefinition => {
  const found = FAULTS.find((fault) => fault.name === name);
  if (!found)
    throw new RangeError(`There is no fault "${name}"; known: ${FAULTS.map((fault) => fault.name).join(', ')}`);
  return found;
};

export const toTruth = ({ fault, startAt, endAt }: FaultPlan): GroundTruth => {
  const { cause, affectedServices, visibleAfterMs } = findFault(fault);
  return { fault, cause, affectedServices, startAt, visibleAt: addMs(startAt, visibleAfterMs), endAt };
};

/** One line a fault, for help texts. */
export const describeFaults = (): readonly string[] => [
  ...FAULTS.map((fault) => `${fault.name.padEnd(28)}${fault.sentence}`),
  `${NO_FAULT.padEnd(28)}nothing breaks: no incident should open`,
];
