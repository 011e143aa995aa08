export const readGraph = (): readonly string[] => ['gateway'];
