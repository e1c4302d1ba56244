import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { auditCalls, type AuditedCall } from './audit-calls.ts'

/** Prints every call of a thread with what was decided about it, and why. */
export async function audit(line: CommandLine, flags: StoreFlags, name: string): Promise<ExitName> {
  const { out, outStyle, width } = line.terminal
  await using store = await openNamedStore(line, flags)
  const { thread } = await findPlace(line, store, name)
  const { entries } = await store.checkpointer.read(thread)
  for (const call of auditCalls(entries)) {
    if (out.closed.aborted) return 'output-closed'
    await out.write(
      flags.json ? `${JSON.stringify({ thread, ...call })}\n` : forPeople(call, outStyle, width),
    )
  }
  return 'completed'
}

function forPeople(call: AuditedCall, style: Style, width: number): string {
  const paint = { open: style.dim, ran: style.green, asked: style.yellow, denied: style.red }[call.decision]
  const head = `${style.dim(`#${call.asked}`)} ${paint(call.decision)} ${style.bold(safeLine(call.tool))} `
  const lines = [
    `${head}${fit(safeLine(callSummary(call.tool, call.input)), Math.max(20, width - 24), style.marks.more)}`,
    ...call.reasons.map(({ rule, text }) => `    ${safeLine(rule)}: ${set(text)}`),
    ...(call.answer === undefined ? [] : [`    ${answered(call.answer)}`]),
    ...(call.outcome === undefined ? [] : [`    ${style.dim(`ended: ${call.outcome}; ${call.call}`)}`]),
  ]
  return `${lines.join('\n')}\n`
}

function answered({ by, allow, message }: NonNullable<AuditedCall['answer']>): string {
  const said = message === undefined ? '' : `: ${set(message)}`
  return `${allow ? 'allowed' : 'denied'} by ${safeLine(by)}${said}`
}

/** Further lines are set in, so that none of them looks like one of the audit's own. */
function set(text: string): string {
  return safeText(text).trim().replaceAll('\n', '\n      ')
}
