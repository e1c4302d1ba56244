import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { artifactStoreChecks, type ArtifactStoreHarness, describeArtifactStore } from '../src/index.ts'
import { type ArtifactMutant, FakeArtifacts } from './fake/fake-artifacts.ts'
import { FakeCheckpointer } from './fake/fake-checkpointer.ts'

function harness(mutant?: ArtifactMutant): ArtifactStoreHarness {
  return {
    create: async ({ clock }) => {
      const folder = await mkdtemp(join(tmpdir(), 'keepup-artifacts-'))
      const artifacts = new FakeArtifacts(folder, clock, mutant)
      return {
        artifacts,
        checkpointer: new FakeCheckpointer({ clock, artifacts }),
        damage: (hash) => artifacts.damage(hash),
        dispose: () => rm(folder, { recursive: true }),
      }
    },
    lacks: ['reopen', 'second'],
  }
}

describeArtifactStore('the fake', harness())

const mutants: Readonly<Record<ArtifactMutant, string>> = {
  'holds everything in memory': 'put and get: memory stays bounded',
  'keeps what a failed source gave': 'put: a source that fails',
  'lets the last label win': 'label:',
  'lets the first label win': 'label:',
  'reads one byte too many': 'get: those bytes',
  'never checks the hash': 'get: fails `artifact-damaged`',
  'collects what is named': 'collect: keeps what an entry names',
  'collects the young': 'collect: removes artifacts',
  'counts age from the first put': 'collect: removes artifacts',
  'lets a commit name what is missing': 'commit: naming an artifact',
}

describe('the suite notices an artifact store that', () => {
  test.each(Object.entries(mutants))('%s', async (name, words) => {
    const broken = harness(Object.keys(mutants).find((mutant): mutant is ArtifactMutant => mutant === name))
    const [meant] = artifactStoreChecks(broken).filter((check) => check.name.startsWith(words))
    await expect(meant?.run(broken)).rejects.toThrow(Error)
  })

  test('promises what it does not have', async () => {
    const all = artifactStoreChecks({ ...harness(), lacks: [] })
    for (const { needs, run } of all.filter((check) =>
      check.needs.some((need) => need !== 'bounded' && need !== 'damage'),
    )) {
      await expect(run({ ...harness(), lacks: [] })).rejects.toThrow(`no \`${needs.join()}\`: give it`)
    }
  })
})
