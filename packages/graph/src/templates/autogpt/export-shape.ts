import type { JsonValue } from '@keepup/core'
import { z } from 'zod'

/** A block in an exported graph of AutoGPT, with the inputs that it was given by hand. */
export interface ExportedNode {
  readonly id: string
  readonly block_id: string
  readonly input_default: Readonly<Record<string, JsonValue>>
  readonly metadata?: { readonly customized_name?: string | null | undefined } | null | undefined
}

/** A way from an output to an input. */
export interface ExportedLink {
  readonly source_id: string
  readonly sink_id: string
  readonly source_name: string
  readonly sink_name: string
  readonly is_static: boolean
}

/** A graph as the platform of AutoGPT exports it. */
export interface ExportedGraph {
  readonly id: string
  readonly name: string
  readonly description?: string | null | undefined
  readonly version?: number | null | undefined
  readonly nodes: readonly ExportedNode[]
  readonly links: readonly ExportedLink[]
  readonly sub_graphs: readonly ExportedGraph[]
}

const json = z.unknown() as unknown as z.ZodType<JsonValue> // the export is JSON

const nodeShape = z.looseObject({
  id: z.string().min(1).max(200),
  block_id: z.string().min(1).max(200),
  input_default: z.record(z.string(), json).default({}),
  metadata: z.looseObject({ customized_name: z.string().nullish() }).nullish(),
})

const linkShape = z.looseObject({
  source_id: z.string(),
  sink_id: z.string(),
  source_name: z.string().min(1).max(500),
  sink_name: z.string().min(1).max(500),
  is_static: z.boolean().default(false),
})

/** What an export must look like, in all its versions. What else it holds is ignored. */
export const exportedGraphShape: z.ZodType<ExportedGraph> = z.looseObject({
  id: z.string().default(''),
  name: z.string().min(1),
  description: z.string().nullish(),
  version: z.number().nullish(),
  nodes: z.array(nodeShape).min(1).max(2_000),
  links: z.array(linkShape).max(10_000),
  // Older exports have none, or an empty object of another name.
  sub_graphs: z
    .array(z.lazy(() => exportedGraphShape))
    .max(200)
    .default([]),
})
