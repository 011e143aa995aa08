// expects: typescript(no-explicit-any)
export const keep = (value: any): unknown => value;
