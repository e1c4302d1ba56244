import type { Guard } from '@keepup/core'

import type { Confinement } from '../running/open-confinement.ts'
import type { Settings } from '../settings/setting.ts'
import type { DefencePlace } from './open-defence.ts'

/** What guards the calls of a run: the defence that the settings name, loaded only where something runs. Fails `configuration-invalid` where its policy is wrong. */
export async function runGuards(
  settings: Settings,
  { confinement, ...place }: DefencePlace & { readonly confinement: Confinement | undefined },
): Promise<readonly Guard[]> {
  const { openDefence } = await import('./open-defence.ts')
  const { boundAsking } = await import('@keepup/mcp-security/asking')
  const hosts = confinement?.profile.hosts
  const { guard } = await openDefence(settings, {
    ...place,
    confined: hosts !== undefined && hosts.length === 0,
  })
  // Whoever leads a model to ask and ask again must not have a person say yes in the end.
  return [boundAsking(guard)]
}
