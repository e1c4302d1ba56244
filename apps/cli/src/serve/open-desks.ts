import type { MailDesk, MemoryDesk, ServerParts } from '@keepup/server'

import type { CommandLine } from '../command-line.ts'
import { projectFiles } from '../running/project-files.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'

/** What a server shows besides threads. Disposing of it ends what was opened for it. */
export interface OpenedDesks extends AsyncDisposable {
  readonly parts: Pick<ServerParts, 'graphs' | 'mail' | 'mcp' | 'memory' | 'origins' | 'workspace'>
}

/** Opens what a server shows besides threads, each with the first look at it: most servers are never asked. */
export function openDesks(line: CommandLine, store: Store, settings: Settings, folder: string): OpenedDesks {
  const { host } = line
  const opened = new AsyncDisposableStack()
  const workspace = projectFiles(settings, folder, host.environment)
  // Where it could not be opened, whoever asked was told.
  if (workspace !== undefined)
    opened.defer(() => Promise.resolve(workspace[Symbol.asyncDispose]()).catch(() => undefined))
  const memory = once(async (): Promise<MemoryDesk> => {
    const { openMemoryOf } = await import('../memory/open-memory.ts')
    const { memoryDesk } = await import('./memory-desk.ts')
    return memoryDesk(opened.use(await openMemoryOf(store, settings.store)))
  })
  const mail = once(async (): Promise<MailDesk> => {
    const { createMailboxes } = await import('@keepup/a2a')
    // A person was told that it is done: it must outlive more than this process.
    return opened.use(
      createMailboxes({ checkpointer: store.checkpointer, clock: host.clock, flush: 'power' }),
    )
  })
  const parts: OpenedDesks['parts'] = {
    ...(workspace === undefined ? {} : { workspace }),
    memory: {
      scopes: async () => (await memory()).scopes(),
      items: async (scope) => (await memory()).items(scope),
      explain: async (...asked) => (await memory()).explain(...asked),
      decide: async (...said) => (await memory()).decide(...said),
      undo: async (...said) => (await memory()).undo(...said),
    },
    mail: {
      list: async () => (await mail()).list(),
      read: async (address) => (await mail()).read(address),
      redrive: async (...meant) => (await mail()).redrive(...meant),
      discard: async (...meant) => (await mail()).discard(...meant),
    },
    graphs: { find: async (name) => (await import('./graph-desk.ts')).graphDesk(folder).find(name) },
    mcp: { look: async () => (await import('./mcp-desk.ts')).mcpDesk(host, folder).look() },
    origins: {
      find: async (...asked) =>
        (await import('./origin-desk.ts')).originDesk(line, store, settings).find(...asked),
    },
  }
  return { parts, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Opens with the first call; again after one that failed. */
function once<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opening: Promise<Opened> | undefined
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
}
