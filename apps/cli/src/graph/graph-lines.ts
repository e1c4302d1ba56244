import type { GraphEvent } from '@keepup/graph'

import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'

/** An event of a graph as a line for people; nothing where it is not worth one. */
export function graphLine(event: GraphEvent, { dim, green, red, yellow, marks }: Style): string | undefined {
  const scope = safeLine('scope' in event ? (event.scope ?? '') : '')
  switch (event.type) {
    case 'node-began':
      return event.attempt > 1
        ? dim(`${marks.active} ${scope}, attempt ${event.attempt}`)
        : dim(`${marks.active} ${scope}`)
    case 'node-finished':
      return `${green(marks.done)} ${scope}`
    case 'node-failed':
      return red(`${marks.failed} ${scope}: ${safeLine(event.data.failure.message)}`)
    case 'node-waiting':
      return yellow(`${marks.pending} ${scope} waits`)
    case 'signal-declined':
      return yellow(`${marks.note} a signal could not be heeded: ${safeLine(event.data.reason)}`)
    case 'agent-streamed':
      return agentLine(event.event, scope, dim)
    default:
      return undefined
  }
}

function agentLine(
  event: Extract<GraphEvent, { type: 'agent-streamed' }>['event'],
  scope: string,
  dim: Style['dim'],
): string | undefined {
  if (event.type === 'tool-finished')
    return dim(`  ${scope}: ${safeLine(event.data.tool)} ${event.data.outcome.type}`)
  return event.type === 'run-waiting'
    ? dim(`  ${scope}: its agent waits; answer it with: keepup approvals list`)
    : undefined
}
