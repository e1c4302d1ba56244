import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'

import { checkExport, type ExportedKeys, importThreads } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { takeMark } from '../keys/carry-mark.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { storePath } from '../store-path.ts'
import { openLocked } from '../store.ts'
import { importedText } from './store-copy.ts'

/** Takes over exported threads. A file is read to its end before anything of it is stored; standard input is checked as it comes. */
export async function storeImport(line: CommandLine, flags: StoreFileFlags, file: string): Promise<ExitName> {
  const { host, terminal } = line
  const path = resolve(host.workingDirectory, file)
  if (file !== '-') await checkExport(createReadStream(path))
  await using store = await openLocked(storePath(line, flags))
  const target = { ...store, takeKeys: (keys: ExportedKeys) => takeMark(store, keys, file) }
  const told = await importThreads(target, file === '-' ? host.stdin : createReadStream(path))
  const text = `${importedText(told)} in ${store.path}\n`
  await terminal.out.write(flags.json ? `${JSON.stringify({ store: store.path, ...told })}\n` : text)
  return 'completed'
}
