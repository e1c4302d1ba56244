import type { StandardSchemaV1, Tool, ToolContext, ToolOutcome, ToolOutput } from '@keepup/core'

/** A tool as a person writes it: `run` may also give back plain text. */
export type ToolSpecification<Schema extends StandardSchemaV1> = Omit<
  Tool<StandardSchemaV1.InferOutput<Schema>>,
  'input' | 'run'
> & {
  readonly input: Schema
  run(
    input: StandardSchemaV1.InferOutput<Schema>,
    context: ToolContext,
  ): Promise<string | ToolOutput | ToolOutcome>
}

/**
 * A tool whose input type follows from its schema (any Standard Schema: zod, valibot, arktype, `jsonSchema` of core, …).
 * Nothing is checked here: `createToolRegistry` does that.
 */
export function defineTool<const Schema extends StandardSchemaV1>(
  specification: ToolSpecification<Schema>,
): Tool<StandardSchemaV1.InferOutput<Schema>> {
  return {
    ...specification,
    async run(input, context) {
      const result = await specification.run(input, context)
      return typeof result === 'string' ? { content: [{ type: 'text', text: result }] } : result
    },
  }
}
