import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import { type JsonObject, systemClock, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { clientRunSettings, serveMcpHttp } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { createToolCoordinator, defineTool } from '@keepup/tools'

/**
 * The server that the suite tests: tools of keepup with the names that the suite calls, served as any others are. Run as
 * `node --conditions=@keepup/source served.ts`; prints its URL.
 */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
/** A WAV without a sample. */
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

const text = { type: 'text', text: 'This is a simple text response for testing.' } as const
const image = { type: 'file', mediaType: 'image/png', source: { base64: dot } } as const
const audio = { type: 'file', mediaType: 'audio/wav', source: { base64: silence } } as const
const file = {
  type: 'file',
  mediaType: 'text/plain',
  name: 'note.txt',
  source: { base64: Buffer.from('This is an embedded resource content.').toString('base64') },
} as const

const schema2020: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // eslint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

const tools: readonly Tool[] = [
  tool('test_simple_text', async () => ({ content: [text] })),
  tool('test_image_content', async () => ({ content: [image] })),
  tool('test_audio_content', async () => ({ content: [audio] })),
  tool('test_embedded_resource', async () => ({ content: [file] })),
  tool('test_multiple_content_types', async () => ({ content: [text, image, file] })),
  tool('test_error_handling', () =>
    Promise.reject(new Error('This tool intentionally returns an error for testing')),
  ),
  tool('test_tool_with_progress', async (progress) => {
    for (const step of ['none', 'half', 'all']) {
      progress(step)
      await systemClock.sleep(50)
    }
    return { content: [text] }
  }),
  tool('json_schema_2020_12_tool', async () => ({ content: [text] }), schema2020),
]

function tool(
  name: string,
  run: (progress: (text: string) => void) => Promise<ToolOutput>,
  schema: JsonObject = { type: 'object', properties: {} },
): Tool {
  return defineTool({
    name,
    description: `What the suite calls ${name}.`,
    input: jsonSchema(schema),
    repeat: 'safe',
    effects: () => [],
    run: (_input, context) => run((said) => context.progress(said)),
  })
}

const artifacts = memoryArtifacts()
const checkpointer = memoryCheckpointer({ artifacts })
const coordinator = createToolCoordinator({ registry: tools, artifacts })
const served = await serveMcpHttp(
  {
    server: { name: 'keepup-conformance', version: '0.1.0' },
    coordinator,
    tools,
    artifacts,
    agent: (model) => createRuntime({ ...clientRunSettings, model, checkpointer, tools: coordinator }).run,
  },
  { port: 0 },
)
console.log(served.url)
process.once('SIGTERM', () => void served[Symbol.asyncDispose]())
