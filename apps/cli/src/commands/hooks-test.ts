import { createHooks } from '@keepup/hooks'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { type MadeUpFlags, madeUpEvent } from '../hooks/made-up-event.ts'
import { isLeftOut } from '../hooks/open-hooks.ts'
import type { HookFlags } from '../routes/hook-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { findConfigured } from './hooks-list.ts'

/** Runs the hooks that would be run on an event that is made up, and prints what they say together and what failed. */
export async function hooksTest(
  line: CommandLine,
  flags: HookFlags & MadeUpFlags,
  moment: string,
): Promise<ExitName> {
  const { host, terminal } = line
  const event = madeUpEvent(moment, flags)
  const found = await findConfigured(line, flags)
  const told: string[] = []
  for (const { path } of found.filter(isLeftOut))
    told.push(`The hooks of ${path} are not approved, and not run.`)
  const hooks = createHooks({
    hooks: found.flatMap(({ hooks: ofFile, trusted }) => (trusted ? ofFile : [])),
    folder: workingFolder(host, flags.cwd),
    environment: host.environment,
    tell: (text) => void told.push(text),
  })
  const ending = new AbortController()
  const unwatch = host.onStop(() => ending.abort())
  try {
    const { messages: _, ...verdict } = await hooks.run(event, {
      thread: 'keepup-hooks-test',
      mode: 'ask',
      signal: ending.signal,
    })
    const text = JSON.stringify(
      flags.json ? { verdict, messages: told } : verdict,
      undefined,
      flags.json ? 0 : 2,
    )
    await terminal.out.write(`${safeText(text)}\n`)
    if (!flags.json) for (const note of told) await terminal.notes.write(safeText(`note: ${note}\n`))
    return 'completed'
  } finally {
    unwatch()
  }
}
