import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { JsonObject, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { OfferedTool, ServerDefinition } from '../../src/index.ts'
import type { ToolOffer } from '../../src/search/index.ts'

interface Dump {
  readonly servers: readonly {
    readonly name: string
    readonly tools: readonly {
      readonly name: string
      readonly title?: string
      readonly description?: string
      readonly inputSchema: JsonObject
    }[]
  }[]
}

/** A question, and the tool that answers it by its server's name. */
export interface Question {
  readonly tool: string
  readonly question: string
}

/** The 75 tools of six public servers, as these told them. */
export function corpus(): readonly OfferedTool[] {
  return (read('corpus.json') as Dump).servers.flatMap(({ name: server, tools }) =>
    tools.map((raw) => ({
      name: `mcp__${server}__${raw.name}`,
      server,
      serverName: raw.name,
      ...(raw.title === undefined ? {} : { title: raw.title }),
      description: raw.description ?? '',
      inputSchema: raw.inputSchema,
      raw: { ...raw },
    })),
  )
}

/** Questions in a file beside this one. */
export function questions(file: 'questions.json' | 'later-questions.json'): readonly Question[] {
  return read(file) as readonly Question[]
}

/** JSON whose shape is known: the dump made the tools, and tests check the questions. */
function read(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
}

/** A hub of these tools without servers, which notes what is called. */
export function fakeOffer(known: readonly OfferedTool[] = corpus(), later: readonly OfferedTool[] = []) {
  let offered = known
  let tools = offered.map(toolOf)
  const called: { readonly name: string; readonly input: unknown }[] = []
  const names = [...new Set([...known, ...later].map(({ server }) => server))]
  const offer: ToolOffer = {
    tools: () => tools,
    async ready() {
      if (offered !== known || later.length === 0) return
      offered = [...known, ...later]
      tools = offered.map(toolOf)
    },
    servers: () => names.map((name) => ({ name, state: 'idle', definition: definitionOf(name) })),
    describe: (server) => {
      const own = offered.filter((tool) => tool.server === server)
      if (own.length === 0) return undefined
      return { server, protocol: '2025-11-25', tools: own, refused: [], cached: true, at: 0 }
    },
  }
  return { offer, called }

  function toolOf({ name, description, inputSchema }: OfferedTool): Tool {
    return {
      name,
      description: description || name,
      input: jsonSchema(inputSchema),
      inputJsonSchema: inputSchema,
      repeat: 'once',
      effects: () => [{ kind: 'net', target: name }],
      async run(input) {
        called.push({ name, input })
        return { content: [{ type: 'text', text: `ran ${name}` }] }
      },
    }
  }
}

function definitionOf(name: string): ServerDefinition {
  const transport = { type: 'stdio', command: 'none', args: [], env: {} } as const
  return { name, transport, enabled: true, source: { scope: 'user' } }
}
