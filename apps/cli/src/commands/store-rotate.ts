import { resolve } from 'node:path'

import { fileKeyRing, ringIdIn } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { isNoKeyFile, type KeyPlace } from '../keys/key-place.ts'
import { makeRootKey, placeName, readRootKey } from '../keys/root-key.ts'
import { artifactScope, scopeName } from '../keys/scoped-key-ring.ts'
import type { RotateFlags } from '../routes/store-routes.ts'
import { storePlace } from '../store-path.ts'
import { openExistingStore, type Store } from '../store.ts'

/** New keys for what is stored from now on, or with `--root` another root key for all there are. */
export async function storeRotate(line: CommandLine, flags: RotateFlags): Promise<ExitName> {
  const place = storePlace(line, flags)
  if (place.keys === undefined)
    throw usageError('nothing says where the root key is kept', 'add --keys FILE, env:NAME or keychain')
  if (flags.root !== undefined) return rotateRoot(line, flags, place.keys, flags.root)
  await using store = await openExistingStore(place)
  const count = await rotateKeys(store, place.keys)
  await line.terminal.out.write(
    flags.json
      ? `${JSON.stringify({ store: store.path, keys: count })}\n`
      : `rotated: ${count} keys of ${store.path}; what was stored before stays under the old ones\n`,
  )
  return 'completed'
}

async function rotateKeys(
  { checkpointer, keys }: Store,
  { root, environment, folder }: KeyPlace,
): Promise<number> {
  if (keys === undefined) return 0
  const ring = fileKeyRing(folder, await readRootKey(root, environment))
  await ring.rotate(scopeName(keys.mark, 'artifacts', artifactScope))
  let count = 1
  for await (const { thread } of checkpointer.threads()) {
    await ring.rotate(scopeName(keys.mark, 'threads', thread))
    count += 1
  }
  return count
}

async function rotateRoot(
  { host, terminal }: CommandLine,
  flags: RotateFlags,
  keys: KeyPlace,
  to: string,
): Promise<ExitName> {
  const next = isNoKeyFile(to) ? to : resolve(host.workingDirectory, to)
  if (next === keys.root)
    throw usageError(`${placeName(to)} is the present root key`, 'name another place for the new one')
  await makeRootKey(next, keys.environment)
  const root = await readRootKey(next, keys.environment)
  const count = await rewrap(keys, root)
  const told = { root: next, folder: keys.folder, keys: count }
  await terminal.out.write(
    flags.json
      ? `${JSON.stringify(told)}\n`
      : `rotated: ${placeName(next)} opens the ${count} keys in ${keys.folder} from now on\n`,
  )
  if (!flags.json)
    await terminal.notes.write(
      `next: set KEEPUP_KEYS or "keys" in your settings to ${next}, then destroy what is in ${placeName(keys.root)}\n`,
    )
  return 'completed'
}

/** One that was killed in the middle is opened by the new root key already, and ended. */
async function rewrap({ root, folder, environment }: KeyPlace, next: Uint8Array): Promise<number> {
  if ((await ringIdIn(folder)) === undefined) {
    throw new KeepupError('keys-required', `there is no key ring in ${folder}`, {
      details: { fix: 'name the folder with --key-ring' },
    })
  }
  const begun = await opens(folder, next)
  const present = begun ? next : await readRootKey(root, environment)
  return fileKeyRing(folder, present).rotateRoot(next)
}

async function opens(folder: string, root: Uint8Array): Promise<boolean> {
  try {
    await fileKeyRing(folder, root).id()
    return true
  } catch (error) {
    if (KeepupError.is(error, 'keys-required')) return false
    throw error
  }
}
