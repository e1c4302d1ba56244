import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { storePath } from '../store-path.ts'
import { openKeptStore } from '../store.ts'

/** Brings the store's tables to the version of this program: opening it does that. */
export async function storeMigrate(line: CommandLine, flags: StoreFileFlags): Promise<ExitName> {
  await using store = await openKeptStore(storePath(line, flags))
  const { path } = store
  await line.terminal.out.write(flags.json ? `${JSON.stringify({ path })}\n` : `up to date: ${path}\n`)
  return 'completed'
}
