import type { AgentEvent } from '@keepup/core'
import type { Evidence, MachineEvent, SopEvent } from '@keepup/roles/sop'

import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'

/** An event of a procedure as a line for people; nothing where it is not worth one. */
export function sopEventLine(event: SopEvent, style: Style): string | undefined {
  const { dim, red, yellow, bold, marks } = style
  switch (event.type) {
    case 'phase-entered':
      return bold(`${marks.active} ${safeLine(event.data.phase)}`)
    case 'gate-running':
      return dim(`  gate ${safeLine(event.gate)}: ${safeLine(event.what)}`)
    case 'gate-finished':
      return gateLine(event.data.evidence, style)
    case 'approval-requested':
      return yellow(`  ? ${safeLine(event.data.question)}`)
    case 'files-restored':
      return yellow(
        `  ${marks.note} files brought back${event.data.reason === 'edit' ? ': an edit did not pass its gates' : ''}`,
      )
    case 'transition-taken':
      return transitionLine(event.data, style)
    case 'sop-halted':
      return red(`${marks.failed} halted: ${safeLine(event.data.reason)}`)
    case 'agent-streamed':
      return agentLine(event.event, style)
    default:
      return undefined
  }
}

function gateLine(
  { gate, outcome, reason, took, tree }: Evidence,
  { dim, green, red, marks }: Style,
): string {
  const mark = outcome === 'passed' ? green(marks.done) : red(marks.failed)
  return `  ${mark} ${safeLine(gate)}: ${safeLine(reason)} ${dim(`(${took} ms, files ${tree.slice(0, 8)})`)}`
}

function agentLine(event: AgentEvent, { dim }: Style): string | undefined {
  if (event.type !== 'tool-finished') return undefined
  return dim(`    ${safeLine(event.data.tool)} ${event.data.outcome.type}`)
}

function transitionLine(
  { event, from, to }: { readonly event: MachineEvent; readonly from: string; readonly to: string },
  { dim, green, yellow, marks }: Style,
): string {
  const branch = 'branch' in event ? `.${event.branch}` : ''
  const where = safeLine(`${from}${branch}`)
  if (event.type === 'branch-passed') return green(`${marks.done} ${where} passed`)
  if (event.type === 'passed') return `${green(`${marks.done} ${where} passed`)} ${dim(`to ${safeLine(to)}`)}`
  return `${yellow(`${marks.failed} ${where} ${event.type.replace('branch-', '')}`)} ${dim(`to ${safeLine(to)}`)}`
}
