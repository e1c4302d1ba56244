import { memoryCheckpointer } from '@keepup/checkpoint'
import type { JsonObject, JsonValue } from '@keepup/core'

import { answerGraph, graphState, resumeGraph, runGraph } from '../../src/index.ts'
import {
  autogptFunctions,
  buildTemplate,
  importAutogpt,
  readTemplate,
  type TemplateParts,
} from '../../src/templates/index.ts'

/** Where the run of an imported graph stands. */
export interface Imported {
  readonly output: JsonValue
  readonly outcome: string | undefined
  readonly failures: readonly string[]
  readonly answer: (node: string, answer: unknown) => Promise<Imported>
}

/** Imports a graph and runs it in memory. */
export async function runImported(
  graph: JsonObject,
  input: JsonObject = {},
  parts: TemplateParts = {},
): Promise<Imported> {
  const { template } = importAutogpt(JSON.stringify(graph))
  const functions = { ...autogptFunctions(), ...parts.functions }
  const built = buildTemplate(await readTemplate(template), { ...parts, functions })
  const checkpointer = memoryCheckpointer()
  const place = { graph: built.graph, checkpointer, thread: 'test' }
  const stand = async (events: AsyncIterable<unknown>): Promise<Imported> => {
    for await (const event of events) void event
    const { values, outcome } = await graphState(place)
    const failures = outcome?.type === 'failed' ? outcome.failures.map(({ message }) => message) : []
    return {
      output: built.output(values),
      outcome: outcome?.type,
      failures,
      async answer(node, answer) {
        await answerGraph({ ...place, node, answer })
        return stand(resumeGraph(place))
      },
    }
  }
  return stand(runGraph({ ...place, input: built.input(input) }))
}
