import { KeepupError } from '@keepup/core'

import { askingGate } from './asking-gate.ts'
import type { Defences } from './defences.ts'
import { canonical } from './discovery/find-resource.ts'
import { guardedFetch } from './network/guarded-fetch.ts'
import { isLoopback, type NetworkParts, usualLimits } from './network/reach.ts'
import type { OAuthOptions } from './oauth-options.ts'
import { checkClientUrl } from './registration/client-metadata.ts'
import type { SessionParts } from './session-parts.ts'
import { outlasting } from './store/outlasting.ts'
import { credentialsOf } from './tokens/credentials.ts'
import { proofKeys } from './tokens/proof-key.ts'

/** What tests change of the network. */
export type TestParts = Partial<Pick<NetworkParts, 'route' | 'time' | 'mostBody'>>

/** Reads the options of one server. */
export function openParts(options: OAuthOptions, defences: Defences, test: TestParts): SessionParts {
  const server = readServer(options.server, defences)
  const waived = {
    ...defences,
    issuerEcho: defences.issuerEcho && options.compatibility?.issuerNotEchoed !== true,
  }
  const network: NetworkParts = { reach: options.reach ?? {}, server, ...usualLimits, ...test }
  if (defences.publicClientUrl) checkClientUrl(options.client?.metadataUrl)
  const report: SessionParts['report'] = (event) => {
    try {
      options.report?.({ ...event, server: server.href })
    } catch {
      // Somebody else's log is no reason to lose a token.
    }
  }
  if (options.compatibility?.issuerNotEchoed === true)
    report({ type: 'defence-waived', detail: 'The issuer need not name itself' })
  const store = outlasting(options.store, () =>
    report({ type: 'not-kept', detail: 'Credentials could not be written' }),
  )
  return {
    server,
    options,
    defences: waived,
    network,
    fetch: guardedFetch({ ...network, clock: options.clock }, waived),
    clock: options.clock,
    credentials: credentialsOf(store, server, { perServer: defences.clientPerServer }),
    openProof: proofKeys(),
    gate: askingGate(server),
    report,
  }
}

function readServer(given: string | URL, { secureUrls }: Defences): URL {
  const url = URL.parse(String(given))
  if (url === null) throw invalid('is no URL. Give a whole one, as https://example.com/mcp.')
  if (url.username !== '' || url.password !== '')
    throw invalid('has a user name in it. Leave that out: tokens take its place.')
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
  if (secureUrls && !isSecure)
    throw invalid(
      `begins with ${url.protocol}, so that others could read the token on its way. Give its https: URL.`,
    )
  return new URL(canonical(url))
}

function invalid(what: string): KeepupError {
  return new KeepupError('configuration-invalid', `The URL of the server ${what}`)
}
