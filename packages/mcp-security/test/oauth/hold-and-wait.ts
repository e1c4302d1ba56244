import { encryptedFiles, fileKey } from '../../src/oauth/index.ts'

/** Takes the lock of a store, says so, and keeps it until it is killed. Started by a test. */
const [folder = ''] = process.argv.slice(2)
const store = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
const work = async (): Promise<void> => {
  process.stdout.write('held\n')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}
await store.exclusive('lock', work, new AbortController().signal)
