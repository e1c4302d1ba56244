import { isIP } from 'node:net'

import type { JsonValue } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'

/** Why icons must not be fetched by whoever shows them; `undefined` where nothing speaks against it. None is ever fetched here. */
export function iconFault(icons: JsonValue | undefined): string | undefined {
  if (!Array.isArray(icons)) return undefined
  const faulty = icons.find((icon) => !isHarmless(icon))
  return faulty === undefined
    ? undefined
    : 'it has an icon that is neither data nor at the https address of a public host'
}

function isHarmless(icon: JsonValue): boolean {
  const src = isJsonObject(icon) ? icon['src'] : undefined
  const url = typeof src === 'string' ? URL.parse(src) : null
  if (url === null) return false
  if (url.protocol === 'data:') return /^data:image\/(png|jpeg|webp|gif);base64,/i.test(url.href)
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return (
    url.protocol === 'https:' &&
    isIP(host) === 0 &&
    host.includes('.') &&
    !/\.(local|internal|localhost)$/.test(host)
  )
}
