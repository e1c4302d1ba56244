import type { JsonObject, Tool, ToolOutcome } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { ToolCatalog, ToolOffer } from './tool-offer.ts'
import { unknownTool } from './unknown-tool.ts'

/** The input of {@link callTool}. */
export interface CallInput {
  readonly name: string
  readonly arguments?: JsonObject
}

const input = jsonSchema<CallInput>({
  type: 'object',
  properties: { name: { type: 'string' }, arguments: { type: 'object' } },
  required: ['name'],
  additionalProperties: false,
})

/**
 * `call_tool {name, arguments}`: stands for a call of that tool. Rules, hooks, approvals and labels are those of the tool that it names; only what the model
 * was told of tools stays the same, whatever is found.
 */
export function callTool(offer: ToolOffer, catalog: () => ToolCatalog): Tool<CallInput> {
  const byName = toolByName(offer)
  return {
    name: 'call_tool',
    description: 'Calls a tool that search_tools found, by its name.',
    input,
    repeat: 'once',
    effects: () => [],
    standsFor({ name, arguments: given = {} }) {
      const tool = byName(catalog().find(name)?.name)
      return tool === undefined
        ? undefined
        : { tool, input: given, around: (inner) => ({ name, arguments: inner }) }
    },
    async run({ name }, { signal }): Promise<ToolOutcome> {
      await offer.ready(signal)
      const found = catalog().find(name)
      if (found === undefined) return failed(`${unknownTool(catalog(), name)} Nothing was done.`)
      // It is for the coordinator to call it, with its rules: what is known now is found there.
      return failed(
        `The tool "${found.name}" was not known yet; its server has told of it now. Nothing was done: call it again.`,
      )
    },
  }
}

function failed(message: string): ToolOutcome {
  return { type: 'failed', code: 'tool-unknown', message }
}

function toolByName(offer: ToolOffer): (name: string | undefined) => Tool | undefined {
  let known: { readonly of: unknown; readonly tools: ReadonlyMap<string, Tool> } | undefined
  return (name) => {
    const of = offer.tools()
    if (known?.of !== of) known = { of, tools: new Map(of.map((tool) => [tool.name, tool])) }
    return name === undefined ? undefined : known.tools.get(name)
  }
}
