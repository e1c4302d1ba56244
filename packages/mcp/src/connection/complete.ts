import type { Client, RequestOptions } from '@modelcontextprotocol/client'

import type { CompletionRequest } from '../mcp-connection.ts'

/** @limit How many values a completion gives; the protocol allows no more. */
const mostValues = 100

/** What asking for values needs. */
export interface CompletionParts {
  readonly client: Client
  /** The names of the arguments of a prompt; none where the server lists no such prompt. */
  readonly argumentsOf: (prompt: string) => Promise<readonly string[]>
}

/**
 * Asks what a value may be. Of the arguments that are settled already, the server is told those alone that belong to the same prompt or template: whatever else a person
 * filled in is not its concern.
 */
export async function complete(
  { client, argumentsOf }: CompletionParts,
  { of, argument, value, context = {} }: CompletionRequest,
  request: RequestOptions,
): Promise<readonly string[]> {
  const ref =
    'prompt' in of
      ? ({ type: 'ref/prompt', name: of.prompt } as const)
      : ({ type: 'ref/resource', uri: of.template } as const)
  const given = Object.entries(context).filter(([name]) => name !== argument)
  const own =
    given.length === 0 ? [] : 'prompt' in of ? await argumentsOf(of.prompt) : variablesOf(of.template)
  const settled = Object.fromEntries(given.filter(([name]) => own.includes(name)))
  const told = Object.keys(settled).length === 0 ? {} : { context: { arguments: settled } }
  const { completion } = await client.complete({ ref, argument: { name: argument, value }, ...told }, request)
  return completion.values.slice(0, mostValues)
}

/** The variables of a URI template (RFC 6570), without operators and modifiers. */
function variablesOf(template: string): readonly string[] {
  return [...template.matchAll(/\{[+#./;?&]?([^{}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/(\*|:\d+)$/, '')),
  )
}
