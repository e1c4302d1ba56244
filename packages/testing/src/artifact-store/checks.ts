import { contentChecks } from './content-checks.ts'
import type { ArtifactStoreHarness } from './harness.ts'
import { lifetimeChecks } from './lifetime-checks.ts'
import type { ArtifactCheck } from './scene.ts'

/** The contract of `ArtifactStore`, sentence by sentence: the checks that need nothing that the backend says it lacks. */
export function artifactStoreChecks(harness: ArtifactStoreHarness): readonly ArtifactCheck[] {
  const lacks = harness.lacks ?? []
  return [...contentChecks, ...lifetimeChecks].filter(({ needs }) =>
    needs.every((capability) => !lacks.includes(capability)),
  )
}
