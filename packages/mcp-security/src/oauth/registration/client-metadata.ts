import { isIP } from 'node:net'

import { KeepupError } from '@keepup/core'
import { hostOf } from '@keepup/network'

import { isLoopback } from '../network/reach.ts'
import type { ClientSettings } from '../oauth-options.ts'
import { metadataOf } from './register-client.ts'

/**
 * The document to publish at `metadataUrl`, as JSON (client ID metadata documents): it is its own id, and lists where browsers come back to. Fails `configuration-invalid`
 * for a URL that authorisation servers would not or should not read.
 */
export function clientMetadataDocument(client: ClientSettings & { readonly metadataUrl: string }): string {
  const { metadataUrl, redirectUri = 'http://127.0.0.1/callback' } = client
  checkClientUrl(metadataUrl)
  const described = metadataOf({ options: { client } }, undefined, redirectUri)
  return `${JSON.stringify({ client_id: metadataUrl, ...described }, undefined, 2)}\n`
}

/** Refuses a metadata URL that is not https, has no path, or lies where only this network sees it: an issuer that read that would be led into its own. */
export function checkClientUrl(text: string | undefined): void {
  if (text === undefined) return
  const url = URL.parse(text)
  const isPublic =
    url?.protocol === 'https:' && isIP(hostOf(url)) === 0 && !isLoopback(url) && hostOf(url).includes('.')
  if (isPublic && url.pathname !== '/' && url.username === '' && url.password === '' && url.hash === '')
    return
  throw new KeepupError(
    'configuration-invalid',
    'client.metadataUrl is no https URL with a public host name and a path, so no authorisation server should read it. Give one, as https://example.com/keepup.json.',
  )
}
