import { type JsonObject, systemClock, type Tool } from '@keepup/core'
import { createMcpHub, type McpConnection, type McpHub, type OfferedTool } from '@keepup/mcp'

import { authoriseFor } from './authorise.ts'
import { exampleInput } from './example-input.ts'
import { scenarioContext } from './scenario-context.ts'

/**
 * The client that the suite tests: the hub as it is, and someone who uses everything that a server offers. Run as
 * `node --conditions=@keepup/source driver.ts URL`.
 */
const url = process.argv.at(-1) ?? ''
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? ''
const context = scenarioContext()

const hub = createMcpHub({
  definitions: [
    {
      name: 'suite',
      transport: { type: 'http', url, headers: {} },
      enabled: true,
      source: { scope: 'program' },
    },
  ],
  client: { name: 'keepup-conformance', version: '0.1.0' },
  authorise: () => authoriseFor(scenario, context, url),
  elicit: async () => ({ action: 'accept', content: {} }),
})

try {
  const connection = await hub.connection('suite')
  await hub.ready()
  await callAll(hub)
  if (scenario.startsWith('sep-2640')) await useSkills(connection)
  else await readAll(connection)
} finally {
  await hub[Symbol.asyncDispose]()
}

async function callAll(used: McpHub): Promise<void> {
  const offered = new Map((used.describe('suite')?.tools ?? []).map((tool) => [tool.serverName, tool]))
  const calls =
    context.toolCalls ??
    [...offered.values()].map(({ serverName, inputSchema }) => ({
      name: serverName,
      arguments: { ...exampleInput(inputSchema), ...echoed(inputSchema, [...offered.values()]) },
    }))
  for (const call of calls) {
    const name = offered.get(call.name)?.name
    const tool = used.tools().find((each) => each.name === name)
    // Arguments of the suite come from JSON.
    if (tool !== undefined) await report(call.name, callTool(tool, call.arguments as JsonObject))
  }
}

/** A tool that takes a `schema` wants to see what became of that of another tool. */
function echoed(input: JsonObject, offered: readonly OfferedTool[]): JsonObject {
  const { properties } = input
  const takes = typeof properties === 'object' && properties !== null && 'schema' in properties
  const other = offered.find(({ inputSchema }) => inputSchema !== input)
  return takes && other !== undefined ? { schema: other.inputSchema } : {}
}

async function callTool(tool: Tool, input: JsonObject): Promise<void> {
  const key = crypto.randomUUID()
  const outcome = await tool.run(input, {
    call: { thread: 'conformance', id: key, key, name: tool.name, input },
    signal: AbortSignal.timeout(20_000),
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
  })
  if ('type' in outcome && outcome.type !== 'completed') throw new Error(JSON.stringify(outcome))
}

async function readAll(connection: McpConnection): Promise<void> {
  for (const { uri } of await connection.listResources()) await report(uri, connection.readResource(uri))
  for (const prompt of await connection.listPrompts()) {
    const args = Object.fromEntries(prompt.arguments.map(({ name }) => [name, 'example']))
    await report(prompt.name, connection.getPrompt(prompt.name, args))
  }
}

/** Who only looks at what there is reads nothing yet. */
async function useSkills(connection: McpConnection): Promise<void> {
  const skills = await connection.listSkills()
  if (scenario.endsWith('no-prefetch')) return
  for (const skill of skills) await report(skill.uri, connection.readSkill(skill))
}

/** What fails is said, and the suite judges what was sent: some of its servers refuse on purpose. */
async function report(what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    console.error(`${what}: ${String(error)}`)
  }
}
