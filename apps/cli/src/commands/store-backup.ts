import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { openStoreFile } from '../store-file.ts'
import { newFilePath, storePath } from '../store-path.ts'

/** Writes a consistent copy of the whole store beside running work. */
export async function storeBackup(line: CommandLine, flags: StoreFileFlags, file: string): Promise<ExitName> {
  await using store = await openStoreFile(storePath(line, flags), 'refuse')
  const path = newFilePath(line, file)
  await store.copies.note({ kind: 'backup', path, made: line.host.clock.now() })
  await store.database.backup(path)
  await line.terminal.out.write(
    flags.json
      ? `${JSON.stringify({ backup: path })}\n`
      : `backed up: ${path}\nnext: keepup store verify --store ${path}\n`,
  )
  return 'completed'
}
