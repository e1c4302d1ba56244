import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { RunFlags } from '../routes/run-flags.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { settingTable } from '../settings/setting-table.ts'
import { pad } from '../terminal/width.ts'
import { workingFolder } from '../working-folder.ts'

/** Prints every effective setting and where it came from. */
export async function configExplain(line: CommandLine, flags: RunFlags): Promise<ExitName> {
  const { host, terminal } = line
  const { explained } = resolveSettings({
    flags: flagTexts(flags),
    environment: host.environment,
    here: host.workingDirectory,
    folder: workingFolder(host, flags.cwd),
  })
  const rows = explained.map(({ name, value, from }) => ({
    setting: settingTable[name].pointer.slice(1).replace('/', '.'),
    value,
    from,
  }))
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify(rows)}\n`)
    return 'completed'
  }
  const { bold, dim } = terminal.outStyle
  const widest = Math.max(...rows.map(({ value }) => value.length))
  for (const { setting, value, from } of rows) {
    await terminal.out.write(`${bold(pad(setting, 14))} ${pad(value, Math.min(widest, 40))}  ${dim(from)}\n`)
  }
  return 'completed'
}
