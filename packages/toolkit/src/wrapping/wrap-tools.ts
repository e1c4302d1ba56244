import type { Effect, Tool, ToolContext, ToolOutcome, ToolOutput } from '@keepup/core'

/** What is done around the calls of tools that change files. */
export interface Wrapping {
  /** What it touches beside what the tool touches itself. Pure. */
  effects(own: readonly Effect[]): readonly Effect[]
  /** Runs a call: `run` is the tool's own. */
  around(call: {
    readonly effects: readonly Effect[]
    readonly context: ToolContext
    readonly run: () => Promise<ToolOutput | ToolOutcome>
  }): Promise<ToolOutput | ToolOutcome>
}

/** The same tools, with something done around them. What is added to an output is text that nobody vouches for. */
export function wrapTools(tools: readonly Tool[], wrapping: Wrapping): readonly Tool[] {
  return tools.map((tool) => ({
    ...tool,
    produces: { ...tool.produces, default: 'free-text' as const },
    effects: (input, moment) => {
      const own = tool.effects(input, moment)
      return [...own, ...wrapping.effects(own)]
    },
    run: (input, context) =>
      wrapping.around({
        effects: tool.effects(input, context),
        context,
        run: () => tool.run(input, context),
      }),
  }))
}
