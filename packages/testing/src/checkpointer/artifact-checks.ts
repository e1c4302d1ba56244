import assert from 'node:assert/strict'

import { type ArtifactStore, trustedLabel } from '@keepup/core'

import { fails } from '../fails.ts'
import { appearance, check, type CheckpointerCheck, hold, note, required, type Scene } from './scene.ts'

const about = { mediaType: 'text/plain', label: trustedLabel }

async function put(scene: Scene, text: string): Promise<string> {
  return (await artifactsOf(scene).put(new TextEncoder().encode(text), about)).hash
}

function artifactsOf(scene: Scene): ArtifactStore {
  return required(scene.store.artifacts, 'artifacts')
}

/** Entries that name artifacts. */
export const artifactChecks: readonly CheckpointerCheck[] = [
  check(
    'artifacts: a named artifact that is not stored fails `artifact-unknown`',
    async (scene) => {
      const holder = await hold(scene, 'thread', 'one')
      const stored = await put(scene, 'stored')
      const before = await appearance(scene.checkpointer, 'thread')
      for (const hash of ['0'.repeat(64), 'f'.repeat(64)]) {
        await fails(holder.append(note('x', { artifacts: [stored, hash] })), 'artifact-unknown')
      }
      await fails(holder.append(note('x', { artifacts: ['no hash'] })), 'artifact-unknown', 'entry-invalid')
      assert.deepEqual(await appearance(scene.checkpointer, 'thread'), before)
      const checkpoint = await holder.append(note('x', { artifacts: [stored] }))
      assert.deepEqual(checkpoint.entries[0]?.artifacts, [stored])
      assert.deepEqual((await scene.checkpointer.read('thread')).entries[1]?.artifacts, [stored])
    },
    ['artifacts'],
  ),

  check(
    'artifacts: are kept as long as an entry names them, rewound or not',
    async (scene) => {
      const artifacts = artifactsOf(scene)
      const named = await put(scene, 'named')
      await put(scene, 'unnamed')
      const holder = await hold(scene, 'thread', 'one', note('x', { artifacts: [named] }))
      const rewind = note({ to: 1 }, { type: 'thread-rewound', critical: true })
      await holder.append(rewind)
      assert.deepEqual(await artifacts.collect(0), { artifacts: 1, size: 7 })
      assert.ok(await artifacts.describe(named))
    },
    ['artifacts'],
  ),

  check(
    'artifacts: erasing a thread erases its unshared ones, and keeps what others name',
    async (scene) => {
      const artifacts = artifactsOf(scene)
      const shared = await put(scene, 'shared')
      const own = await put(scene, 'own')
      const holder = await hold(scene, 'thread', note('x', { artifacts: [shared, own] }))
      await hold(scene, 'other', note('x', { artifacts: [shared] }))
      await holder.lease.release()
      await scene.checkpointer.erase({ thread: 'thread', forks: 'refuse' })
      assert.equal(await artifacts.describe(own), undefined)
      assert.ok(await artifacts.describe(shared))
    },
    ['artifacts'],
  ),
]
