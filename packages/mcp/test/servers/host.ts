import { createMcpHub } from '@keepup/mcp'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

import { scripted, server } from '../scripted.ts'

/** A host that starts a server and is killed: with the hub, or with the bare SDK. */
const [file = '', kind] = process.argv.slice(2)
const transport = scripted('family', file)
if (kind === 'bare' && transport.type === 'stdio') {
  const { command, args } = transport
  await new Client({ name: 'host', version: '1' }).connect(
    new StdioClientTransport({ command, args: [...args], stderr: 'ignore' }),
  )
} else await createMcpHub({ definitions: [server('family', transport)] }).connection('family')
console.log('ready')
setInterval(() => {}, 1_000)
