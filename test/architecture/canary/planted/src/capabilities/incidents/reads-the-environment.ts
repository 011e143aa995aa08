// expects: node(no-process-env) eslint(no-restricted-globals)
export const level = process.env['LOG_LEVEL'];
