/**
 * `node:http` without the façade that an `import` of it goes through: the façade reads every export, WebSocket among
 * them, and so loads all of undici. That is a third of the time from exec to the first answer.
 */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');
