export { createServer, type KeepupServer } from './create-server.ts'
export { listen, type Listening, type ListenOptions } from './listen.ts'
export type { ServerParts } from './server-parts.ts'
