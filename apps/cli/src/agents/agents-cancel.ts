import { cancelTree } from '@keepup/agents'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { CancelFlags } from '../routes/agent-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { findThread, openExistingStore, placeOf } from '../store.ts'

/** Ends an agent and all below it: durable when it returns, heeded by whoever runs them. */
export async function agentsCancel(
  { host, terminal }: CommandLine,
  flags: CancelFlags,
  name: string,
): Promise<ExitName> {
  const { environment, workingDirectory: here } = host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder: here })
  await using store = await openExistingStore(placeOf(settings, environment))
  const thread = await findThread(store, name)
  const reason = flags.reason ?? 'somebody cancelled it'
  const told = await cancelTree(store.checkpointer, thread, { reason, clock: host.clock })
  if (flags.json) await terminal.out.write(`${JSON.stringify({ thread, cancelled: told })}\n`)
  else if (told.length === 0) await terminal.notes.write(`nothing below ${thread} is at work\n`)
  else
    await terminal.out.write(`${told.length} ${told.length === 1 ? 'agent is' : 'agents are'} told to end\n`)
  return 'completed'
}
