import { createMcpHub } from '@keepup/mcp'

import { scripted, server } from '../scripted.ts'

/** A host that starts servers and is killed. */
const [file = ''] = process.argv.slice(2)
const hub = createMcpHub({ definitions: [server('family', scripted('family', file))] })
await hub.connection('family')
await new Promise((resolve) => setTimeout(resolve, 200))
console.log('ready')
setInterval(() => {}, 1_000)
