import { z } from 'zod'

import { agentSettingsShape } from './agent-shape.ts'
import { nodeShape } from './node-shape.ts'
import { expressionShape, jsonShape, nameShape, nodeNameShape, schemaShape, valueShape } from './shapes.ts'
import { type Template, templateFormat } from './template.ts'

const parameterShape = z.strictObject({
  description: z.string().max(10_000).optional(),
  schema: schemaShape.optional().describe('What it must be: anything when left out.'),
  default: jsonShape.optional().describe('What it is when nothing is given. Without one it must be given.'),
})

const channelShape = z.strictObject({
  description: z.string().max(10_000).optional(),
  schema: schemaShape.optional().describe('What an update must be: anything when left out.'),
  reducer: z
    .enum(['last', 'append', 'merge-by-id', 'merge', 'sum', 'union', 'messages'])
    .optional()
    .describe(
      'How an update joins the value. last: it takes its place, as when left out. append: lists are joined. merge-by-id: items of lists are replaced by id. merge: fields of objects are replaced. sum: numbers are added. union: items that are not there yet are appended. messages: as merge-by-id, and items without an id are appended.',
    ),
  initial: jsonShape
    .optional()
    .describe(
      'The value before the first update. Left out: what nothing is for the reducer, such as an empty list, else null.',
    ),
})

const edgeShape = z
  .strictObject({
    from: z
      .union([nodeNameShape, z.array(nodeNameShape).min(2).max(100)])
      .describe('`start`, a node, or several that must all have finished.'),
    to: z
      .union([nodeNameShape, z.array(nodeNameShape).min(1).max(100)])
      .describe('A node, several at once, or `end`.'),
    when: expressionShape.optional().describe('Taken where this holds, over the state after the step.'),
    otherwise: z.literal(true).optional().describe('Taken where no edge with `when` from the same node is.'),
    on: z
      .enum(['success', 'error'])
      .optional()
      .describe('error: taken instead of the others where the node failed for good.'),
  })
  .describe('How one node leads to another.')

/** What a template must look like. */
export const templateShape: z.ZodType<Template> = z
  .strictObject({
    $schema: z.string().optional(),
    keepup: z.literal(templateFormat).describe('The form of this file and its version.'),
    name: nodeNameShape,
    description: z.string().max(20_000).optional(),
    version: z
      .int()
      .min(1)
      .max(999_999)
      .optional()
      .describe('Counts changes of the channels; 1 when left out.'),
    parameters: z
      .record(nameShape, parameterShape)
      .optional()
      .describe('What a run is given. Expressions see it as `input`.'),
    channels: z
      .record(nameShape, channelShape)
      .optional()
      .describe('What a run remembers. Expressions see it as `state`.'),
    agents: z
      .record(nodeNameShape, z.union([z.string().min(1), agentSettingsShape]))
      .optional()
      .describe('The agents of its nodes: configurations, or files with them, seen from this one.'),
    graphs: z
      .record(
        nodeNameShape,
        z.lazy(() => z.union([z.string().min(1), templateShape])),
      )
      .optional()
      .describe('The graphs within: templates, or files with them, seen from this one.'),
    nodes: z.record(nodeNameShape, nodeShape),
    edges: z.array(edgeShape).min(1).max(100_000),
    output: valueShape.optional().describe('What a run gives: all channels when left out.'),
    limits: z.strictObject({ steps: z.int().min(1).max(10_000_000).optional() }).optional(),
    metadata: z
      .record(z.string(), jsonShape)
      .optional()
      .describe('Whatever else is to be kept with it. Nothing here is read.'),
  })
  .meta({
    id: 'template',
    title: 'A graph of keepup',
    description: 'A graph as data: channels, nodes, edges.',
  })
