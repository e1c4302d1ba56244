import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { makeRootKey, placeName } from '../keys/root-key.ts'
import type { StoreFileFlags } from '../routes/store-routes.ts'
import { storePlace } from '../store-path.ts'
import { openStore } from '../store.ts'

/** Encrypts what is stored from now on. Makes the root key where there is none yet. */
export async function storeEncrypt(line: CommandLine, flags: StoreFileFlags): Promise<ExitName> {
  const place = storePlace(line, flags)
  const { keys } = place
  if (keys === undefined)
    throw usageError('nothing says where the root key is kept', 'add --keys FILE, env:NAME or keychain')
  const made = await makeRootKey(keys.root, keys.environment)
  await using store = await openStore(place)
  const before = await countPlain(store.checkpointer.threads())
  const { out, notes } = line.terminal
  const told = { store: store.path, ring: store.keys?.mark.ring, root: keys.root, folder: keys.folder, made }
  await out.write(
    flags.json
      ? `${JSON.stringify(told)}\n`
      : `encrypted: what ${store.path} stores from now on\nroot key: ${placeName(keys.root)}${made ? ' (new)' : ''}\nkeys: ${keys.folder}\n`,
  )
  if (flags.json) return 'completed'
  await notes.write(
    'keep copies of both, apart from each other and from backups of the store: without them nobody can read it\n',
  )
  if (before > 0) await notes.write(`note: what ${before} threads hold already stays as it was stored\n`)
  return 'completed'
}

async function countPlain(threads: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const thread of threads) count += thread === undefined ? 0 : 1
  return count
}
