import type { ApprovedCall, PermissionRule, RuleSet } from '@keepup/permissions'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findRules, shownPath } from '../permissions/find-rules.ts'
import { openApprovedCalls } from '../permissions/open-permissions.ts'
import type { PermissionFlags } from '../routes/permission-routes.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { callSummary } from '../terminal/call-summary.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit, pad } from '../terminal/width.ts'
import { workingFolder } from '../working-folder.ts'

/** Shows the mode, the rules that hold in a folder, and what was allowed there for good. */
export async function permissionsList(
  { host, terminal }: CommandLine,
  flags: PermissionFlags,
): Promise<ExitName> {
  const { environment, workingDirectory: here } = host
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: {}, environment, here, folder })
  const sets = findRules(folder, environment)
  const approved = openApprovedCalls(folder, environment)
  const calls = approved.list()
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify({ mode: settings.mode, rules: sets, approved: calls })}\n`)
    return 'completed'
  }
  const { outStyle: style, width } = terminal
  const lines = [
    `${style.bold('mode')} ${settings.mode}`,
    ...sets.flatMap((set) => setLines(set, style)),
    ...(calls.length === 0 ? [] : [style.bold(shownPath(approved.path, environment))]),
    ...calls.map((call) => fit(approvedLine(call), Math.max(60, width), style.marks.more)),
  ]
  await terminal.out.write(`${lines.map(safeText).join('\n')}\n`)
  if (sets.length + calls.length === 0) {
    await terminal.notes.write(
      'no rules yet; write ~/.config/keepup/permissions.json, or: keepup permissions import FILE\n',
    )
  }
  return 'completed'
}

function setLines({ source, rules, guards = [], order }: RuleSet, style: Style): readonly string[] {
  const how = order === 'last-match' ? style.dim(' (the last that fits wins)') : ''
  return [
    `${style.bold(source)}${how}`,
    ...rules.map((rule, index) => ruleLine(rule, `${index + 1}`)),
    ...guards.map((rule, index) => ruleLine(rule, `guard ${index + 1}`)),
  ]
}

function ruleLine(
  { decision, tool, effect, command, prefix, reason }: PermissionRule,
  place: string,
): string {
  const subject = [
    tool === undefined ? '' : `tool ${tool}`,
    effect === undefined ? '' : `effect ${effect}`,
    command === undefined ? '' : `command ${command}${prefix === true ? ' ...' : ''}`,
    reason === undefined ? '' : `(${reason})`,
  ]
  return `  ${pad(place, 8)} ${pad(decision, 5)} ${subject.filter((part) => part !== '').join(', ')}`
}

function approvedLine({ id, tool, input, time, by }: ApprovedCall): string {
  return `  ${pad(id, 8)} allow ${tool} ${callSummary(tool, input)} (${by}, ${time.slice(0, 10)})`
}
