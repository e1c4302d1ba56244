import { acpStdio, type AuthMethod, createAcpAgent } from '@keepup/acp'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { storePlace } from '../store-path.ts'
import { openStore, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'
import type { AcpFlags } from './acp-flags.ts'

/** How an editor lets its person give a key: it runs the program in a terminal. */
const terminalSetup: AuthMethod = {
  type: 'terminal',
  id: 'setup',
  name: 'Give keepup a key',
  description: 'Asks for a provider and its key, and keeps the key in the keychain',
  args: ['--setup'],
}

/**
 * Serves an editor over standard input and output, until it is gone or the program is ended. Standard output carries nothing else. Nothing is opened before it is asked
 * for: the editor waits for the first answer.
 */
export async function serveAcp(line: CommandLine, flags: AcpFlags): Promise<ExitName> {
  if (flags.setup) return (await import('./set-up-acp.ts')).setUpAcp(line)
  const { host, terminal } = line
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  if (host.inputKind === 'terminal')
    note('an editor is to start this and speak to it; see docs/editors.md. Ctrl+D or Ctrl+C ends it')
  await using stack = new AsyncDisposableStack()
  let opening: Promise<Store> | undefined
  const store = (): Promise<Store> => {
    opening ??= openStore(storePlace(line, flags)).then((opened) => stack.use(opened))
    // What failed is tried again with the next request.
    opening.catch(() => (opening = undefined))
    return opening
  }
  const agent = createAcpAgent({
    agent: { name: 'keepup', title: 'keepup', version },
    clock: host.clock,
    newId: host.newName,
    note,
    authMethods: ({ auth }) => (auth?.terminal === true ? [terminalSetup] : []),
    openStore: async () => {
      const { checkpointer } = await store()
      const { removeThread } = await import('./remove-thread.ts')
      return { checkpointer, remove: (thread) => removeThread(line, flags, thread) }
    },
    openSession: async (order) => {
      const { openAcpSession } = await import('./open-acp-session.ts')
      return openAcpSession(line, { store: await store(), texts: flagTexts(flags), note }, order)
    },
  })
  const connection = agent.connect(acpStdio({ input: host.stdin, output: host.stdout }))
  const ended = connection.closed.then(() => 'completed' as const)
  const exit = await Promise.race([ended, untilStopped(host)])
  await connection.close()
  return exit
}
