import type { CommandHook } from '@keepup/hooks'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findHooks, type FoundHooks } from '../hooks/find-hooks.ts'
import type { HookFlags } from '../routes/hook-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Prints which hooks are configured, where, what each does, and whether it is run. */
export async function hooksList(line: CommandLine, flags: HookFlags): Promise<ExitName> {
  const found = await findConfigured(line, flags)
  const { out } = line.terminal
  if (flags.json) {
    await out.write(`${JSON.stringify(found)}\n`)
    return 'completed'
  }
  if (found.length === 0) await out.write('no hooks are configured (see keepup hooks list --help)\n')
  for (const one of found) await out.write(describeFound(one, line.terminal.outStyle))
  return 'completed'
}

/** The hooks that a run with the same flags would find. */
export async function findConfigured(
  { host }: CommandLine,
  flags: HookFlags,
): Promise<readonly FoundHooks[]> {
  const { environment, workingDirectory: here } = host
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  return findHooks({ named: settings.hooks, folder, environment })
}

/** The hooks of one file, for a person. */
export function describeFound(
  { path, level, hooks, warnings, digest, trusted, problem }: FoundHooks,
  style: CommandLine['terminal']['outStyle'],
): string {
  const state = trusted
    ? style.green(level === 'user' ? 'yours' : 'approved')
    : style.yellow('not approved, not run')
  const name = level === 'project' ? style.dim(`  ${digest.slice(0, 12)}`) : ''
  const notes = [...(problem === undefined ? [] : [problem]), ...warnings]
  const lines = [
    ...hooks.map((hook) => `  ${describeHook(hook)}`),
    ...notes.map((text) => `  ${style.marks.note} ${text}`),
  ]
  // The words of a file that may be a stranger's; those of this program carry colour.
  return [`${style.bold(safeText(path))}  ${state}${name}`, ...lines.map(safeText), ''].join('\n')
}

function describeHook({
  event,
  matcher,
  condition,
  handler,
  timeout,
  onFailure,
  background,
  pins = [],
}: CommandHook): string {
  const about = [matcher === undefined || matcher === '' ? [] : `[${matcher}]`, condition ?? []].flat()
  const when = [event, ...about].join(' ')
  const ways = [
    `${timeout / 1_000} s`,
    ...(onFailure === 'continue' ? ['may fail'] : []),
    ...(background === true ? ['in the background'] : []),
    ...(pins.length === 0 ? [] : [`with ${pins.map(({ path }) => path).join(', ')}`]),
  ]
  return `${when}: ${doingOf(handler)} (${ways.join(', ')})`
}

function doingOf(handler: CommandHook['handler']): string {
  if (handler.type === 'shell') return handler.command
  if (handler.type === 'program') return JSON.stringify([handler.program, ...handler.arguments])
  return handler.type === 'http' ? `POST ${handler.url}` : handler.why
}
