// expects: node(no-process-env)
export const level = process.env['LOG_LEVEL'];
