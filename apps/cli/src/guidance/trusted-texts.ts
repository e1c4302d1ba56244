import { realpathSync } from 'node:fs'

import { readTrusted, type TrustFile } from '../hooks/trusted-hooks.ts'
import type { Environment } from '../host.ts'

/** Which texts a person approved: instructions and skills of projects, by their files. */
export const textTrust: TrustFile = 'trusted-texts.json'

/** Tells whether a person approved exactly this text. Fails `configuration-invalid` where what they approved cannot be read. */
export function approvedTexts(
  environment: Environment,
): (file: { readonly path: string; readonly digest: string }) => boolean {
  let trusted: ReturnType<typeof readTrusted> | undefined
  return ({ path, digest }) => {
    trusted ??= readTrusted(environment, textTrust)
    return trusted.size > 0 && trusted.get(realpathSync(path)) === digest
  }
}
