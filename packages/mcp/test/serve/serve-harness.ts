import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import { type ArtifactStore, type Checkpointer, type Mode, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { clientRunSettings, type ServeParts } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable } from '@keepup/toolkit'
import { createToolCoordinator, defineTool } from '@keepup/tools'

/** A dot of a PNG. */
export const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Tools of every kind: one that only looks, one that changes, one with data, one that is long, one that waits, one that fails. */
export function exampleTools(changed: string[] = []): readonly Tool[] {
  const nothing = jsonSchema<object>({ type: 'object', properties: {} })
  return [
    defineTool({
      name: 'add',
      description: 'Adds two numbers.',
      input: jsonSchema<{ a: number; b: number }>({
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      }),
      repeat: 'safe',
      effects: () => [],
      run: async ({ a, b }) => ({
        content: [{ type: 'text', text: String(a + b) }],
        structured: { sum: a + b },
      }),
    }),
    defineTool({
      name: 'change',
      description: 'Changes something.',
      input: jsonSchema<{ what: string }>({
        type: 'object',
        properties: { what: { type: 'string' } },
        required: ['what'],
      }),
      repeat: 'once',
      effects: ({ what }) => [{ kind: 'write', target: `/tmp/${what}` }],
      run: async ({ what }) => {
        changed.push(what)
        return `changed ${what}`
      },
    }),
    defineTool({
      name: 'long',
      description: 'Says much.',
      input: nothing,
      repeat: 'safe',
      effects: () => [],
      run: async () => 'ä'.repeat(400_000),
    }),
    defineTool({
      name: 'picture',
      description: 'Shows a dot.',
      input: nothing,
      repeat: 'safe',
      effects: () => [],
      run: async () => ({ content: [{ type: 'file', mediaType: 'image/png', source: { base64: dot } }] }),
    }),
    defineTool({
      name: 'steps',
      description: 'Says how far it is.',
      input: nothing,
      repeat: 'safe',
      effects: () => [],
      run: async (_input, context) => {
        for (const step of ['one', 'two', 'three']) {
          context.progress(step)
          // The older SDK forgets progress that comes in one breath with the answer.
          await context.clock.sleep(20)
        }
        return 'done'
      },
    }),
    defineTool({
      name: 'wait',
      description: 'Waits until it is told not to.',
      input: nothing,
      repeat: 'safe',
      effects: () => [],
      run: (_input, { signal }) =>
        new Promise<string>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('it was told not to wait')), { once: true })
        }),
    }),
    defineTool({
      name: 'fail',
      description: 'Fails.',
      input: nothing,
      repeat: 'safe',
      effects: () => [],
      run: async () => {
        throw new Error('it never works: try add')
      },
    }),
  ]
}

/** Where threads and artifacts are kept. */
export interface Store {
  readonly artifacts: ArtifactStore
  readonly checkpointer: Checkpointer
}

function memoryStore(): Store {
  const artifacts = memoryArtifacts()
  return { artifacts, checkpointer: memoryCheckpointer({ artifacts }) }
}

/** What is served, over a store in memory where none is given. */
export function serveParts(
  tools: readonly Tool[],
  { store = memoryStore(), mode = 'ask' }: { readonly store?: Store; readonly mode?: Mode } = {},
): ServeParts & Store {
  const { artifacts, checkpointer } = store
  const coordinator = createToolCoordinator({ registry: tools, artifacts })
  return {
    server: { name: 'example', version: '1.0.0', instructions: 'Add.' },
    coordinator,
    tools,
    artifacts,
    checkpointer,
    agent: (model) =>
      createRuntime({
        ...clientRunSettings,
        model,
        checkpointer,
        artifacts,
        tools: coordinator,
        mode,
        processes: systemProcessTable(),
      }).run,
  }
}
