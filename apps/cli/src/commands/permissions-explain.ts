import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Mode } from '@keepup/core'
import { type CommandExplanation, commandExplainer, type ExplanationBasis } from '@keepup/permissions'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { approvedCommands } from '../permissions/approved-commands.ts'
import { explainLines } from '../permissions/explain-lines.ts'
import { findRules } from '../permissions/find-rules.ts'
import { openApprovedCalls } from '../permissions/open-permissions.ts'
import type { ExplainFlags } from '../routes/permission-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { home } from '../settings/user-file.ts'
import { shellWords } from '../shell-words.ts'
import type { Style } from '../terminal/style.ts'

/** Says what would happen with a command, or with each of a stream of commands. Nothing is run. */
export async function permissionsExplain(
  line: CommandLine,
  flags: ExplainFlags,
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  // A folder that is not there yet is judged by its name.
  const folder = resolve(host.workingDirectory, flags.cwd ?? '.')
  const basis = await basisOf(host, flags, folder)
  const explain = commandExplainer(basis, { root: folder, home: home(host.environment) })
  if (flags.batch) {
    for await (const answers of explainLines(host.stdin, explain)) await terminal.out.write(answers)
    return 'completed'
  }
  const command = words.length > 1 ? shellWords(words) : words[0]
  if (command === undefined) {
    throw usageError('there is no command', "write: keepup permissions explain -- 'command'")
  }
  const explained = explain(command)
  await terminal.out.write(
    flags.json ? `${JSON.stringify(explained)}\n` : forPeople(explained, terminal.outStyle),
  )
  return 'completed'
}

async function basisOf(host: Host, flags: ExplainFlags, folder: string): Promise<ExplanationBasis> {
  if (flags.profile !== undefined && flags.rules !== undefined) {
    throw usageError('--profile and --rules exclude each other', 'give one of them')
  }
  if (flags.profile !== undefined) return { profile: flags.profile }
  const { environment, workingDirectory: here } = host
  if (flags.rules !== undefined) {
    const { readRuleFile } = await import('@keepup/permissions/import')
    const rules = [readRuleFile({ name: flags.rules, text: readText(resolve(here, flags.rules)) })]
    // The flag was checked while the command line was read.
    return flags.mode === undefined ? { rules } : { rules, mode: flags.mode as Mode }
  }
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  const approved = approvedCommands(openApprovedCalls(folder, environment))
  return { rules: findRules(folder, environment), mode: settings.mode, approved }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw invalidSetting(path, 'cannot be read', 'name a file of rules that is there', error)
  }
}

function forPeople({ decision, effects, reasons }: CommandExplanation, style: Style): string {
  const paint = { allow: style.green, ask: style.yellow, deny: style.red }[decision]
  const list = (title: string, items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [style.dim(title), ...items.map((item) => `  ${item}`)]
  return [style.bold(paint(decision)), ...list('because', reasons), ...list('it may', effects), ''].join('\n')
}
