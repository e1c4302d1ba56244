import type { CallFacts } from '../deeds/deed.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'

/** By these a name says that it reads. */
const reading =
  /^(?:count|describe|find|get|inspect|list|lookup|preview|query|read|search|show|status|summarize|view)(?:$|[_-]|(?=[A-Z]))/

/** It tells its server what it is asked: every argument is a text that leaves. */
const telling: ToolAnnotation = { effect: 'egress-read', outward: true, arguments: { '': 'content' } }

/**
 * What can be believed of a server's tool that nobody described: where its name says that it reads and the server says so too, it is taken for one that reads,
 * and tells its server what stands in its arguments. Everything else stays unknown, and asks. What the two say never does more than that.
 */
export function inferAnnotation(tool: string, facts: CallFacts | undefined): ToolAnnotation | undefined {
  const own = /^mcp__(?:[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*)__(.+)$/.exec(tool)?.[1]
  if (own === undefined || !reading.test(own)) return undefined
  // Without facts the call is over, and all that matters is what it gave back.
  return facts === undefined || facts.repeat !== 'once' ? telling : undefined
}
