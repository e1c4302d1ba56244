import { z } from 'zod'

import type { RoleFile } from './role-file.ts'

const name = z
  .string()
  .regex(
    /^[^/\\:\p{Cc}\p{Cf}]{1,100}$/u,
    '1 to 100 characters, none of them a slash, a colon or a control character',
  )
const pattern = z.string().min(1).max(200)
const words = z.string().min(1).max(4_000)

const rule = z
  .strictObject({
    decision: z.enum(['allow', 'ask', 'deny']),
    tool: pattern.describe('The tool; * stands for any letters.'),
    command: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('A command, word for word; * stands for any letters.'),
    path: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('A path below the workspace; * stands for any letters, slashes too.'),
    pathPattern: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('A regular expression that is found in the path (RE2 syntax).'),
  })
  .describe('What it may do with a tool. The last rule that fits counts.')

const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h)$/, 'a duration like 90s, 10m or 2h')
  .describe('Wall time of a run, like 90s, 10m or 2h.')

const limits = z.strictObject({
  turns: z.int().min(1).max(100_000).optional().describe('Calls of the model.'),
  time: duration.optional(),
  tokens: z.int().min(1).optional().describe('Input and output tokens.'),
  money: z.number().positive().max(1_000_000).optional().describe('In US dollars.'),
})

const delegates = z.strictObject({
  to: z.array(pattern).max(500).describe('Names of roles; * stands for any letters, ! in front takes away.'),
  maxDepth: z.int().min(0).optional().describe('Levels of agents below it.'),
  maxChildren: z.int().min(0).optional().describe('Agents that it may start in all.'),
  maxConcurrent: z.int().min(1).optional().describe('Agents of its that may run at a time.'),
})

const handoff = z.strictObject({
  label: words,
  to: name,
  prompt: z.string().max(100_000).optional(),
  send: z.boolean().optional().describe('Whether the prompt is sent without being looked at.'),
})

const skill = z.strictObject({
  id: name,
  name: words,
  description: words,
  tags: z.array(pattern).max(100).optional(),
  examples: z.array(words).max(100).optional(),
})

/** What a role must look like in a file of its own: JSON, YAML, or the front matter of Markdown, whose text is `system` then. */
export const roleFileShape: z.ZodType<RoleFile> = z
  .strictObject({
    $schema: z.string().optional(),
    name: name.describe('How others call it.'),
    description: z.string().max(20_000).default('').describe('What it is good for, for those who choose it.'),
    system: z
      .string()
      .max(500_000)
      .default('')
      .describe('Its system prompt. In Markdown: the text below the front matter.'),
    model: z.string().min(1).max(200).optional().describe("provider/name; the run's own when left out."),
    tools: z
      .array(pattern)
      .max(500)
      .optional()
      .describe(
        'The tools that it may use; * stands for any letters. All that the run has when left out, none when empty.',
      ),
    withheldTools: z
      .array(pattern)
      .max(500)
      .optional()
      .describe('The tools that it may not use, whatever `tools` says.'),
    rules: z.array(rule).max(1_000).optional(),
    mode: z
      .enum(['plan', 'ask', 'auto-edit', 'auto', 'yolo'])
      .optional()
      .describe('The most that it may do by itself.'),
    limits: limits.optional(),
    skills: z.array(pattern).max(100).optional().describe('Skills whose text it is told from the start.'),
    servers: z
      .array(pattern)
      .max(100)
      .optional()
      .describe('MCP servers that it asks for. They are never started from here.'),
    memory: z.enum(['user', 'project', 'local']).optional().describe('The scope of what it remembers.'),
    delegates: delegates.optional(),
    handoffs: z.array(handoff).max(100).optional(),
    isolation: z.enum(['none', 'worktree', 'container', 'remote']).optional().describe('What it works in.'),
    background: z.boolean().optional().describe('Whether it runs beside the agent that started it.'),
    chosenBy: z.enum(['anyone', 'people', 'agents', 'nobody']).optional().describe('Who may choose it.'),
    opening: z
      .string()
      .min(1)
      .max(100_000)
      .optional()
      .describe('What it is asked where nobody asks it anything.'),
    sop: z.string().min(1).max(200).optional().describe('How it must work: the name of an SOP.'),
    a2a: z
      .strictObject({ skills: z.array(skill).max(100) })
      .optional()
      .describe('What it says it can do, for agent cards.'),
    metadata: z
      .record(z.string(), z.json())
      .optional()
      .describe('Whatever else is to be kept with it. Nothing here is read.'),
  })
  .describe('Who an agent is: what it is told, and what it may use at most.')
