import { z } from 'zod'

import type { AgentConfiguration, AgentSettings } from './agent-configuration.ts'
import { durationShape, nodeNameShape } from './shapes.ts'

const whole = z
  .strictObject({
    $schema: z.string().optional(),
    name: nodeNameShape.describe('How others call it.'),
    description: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .describe('What it is good for, for those who choose it.'),
    model: z.string().min(1).max(200).optional().describe("provider/name; the run's own when left out."),
    tools: z
      .array(z.string().regex(/^[A-Za-z0-9_*-]{1,64}$/, 'the name of a tool; * stands for any letters'))
      .max(500)
      .optional()
      .describe(
        'The tools that it may use; * stands for any letters. All that the run has when left out, none when empty.',
      ),
    system: z
      .string()
      .min(1)
      .max(200_000)
      .optional()
      .describe('Its system prompt. In Markdown: the text below the front matter.'),
    mode: z
      .enum(['plan', 'ask', 'auto-edit', 'auto', 'yolo'])
      .optional()
      .describe('How much it may do by itself.'),
    limits: z
      .strictObject({
        turns: z.int().min(1).max(100_000).optional().describe('Calls of the model.'),
        time: durationShape.optional(),
        tokens: z.int().min(1).optional(),
        money: z.number().positive().max(1_000_000).optional().describe('In US dollars.'),
      })
      .optional(),
    metadata: z
      .record(z.string(), z.json())
      .optional()
      .describe('Whatever else is to be kept with it. Nothing here is read.'),
  })
  .describe('The configuration of an agent.')

/** What the configuration of an agent must look like. */
export const agentConfigurationShape: z.ZodType<AgentConfiguration> = whole

/** The same within a template, where its name is told by where it stands. */
export const agentSettingsShape: z.ZodType<AgentSettings> = whole.omit({ $schema: true, name: true })
