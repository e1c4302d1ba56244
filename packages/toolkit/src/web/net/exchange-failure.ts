import { hostOf, portOf } from '@keepup/network'

import { webFailure } from './web-failure.ts'

/** What an error of a socket, of TLS, of the HTTP parser or of a decompressor means, with what to do. */
export function exchangeFailure(error: unknown, url: URL, began = false): Error {
  const code = codeOf(error)
  const host = hostOf(url)
  if (code === 'HPE_HEADER_OVERFLOW')
    return webFailure(
      'response-too-large',
      `${host} answered with headers larger than 16 KiB, which is refused. Use another source.`,
      error,
    )
  if (code.startsWith('HPE_'))
    return webFailure(
      'response-malformed',
      `${host} answered with what is no HTTP (${code}). Check scheme and port of the URL, or use another source.`,
      error,
    )
  if (isCompression(code))
    return webFailure(
      'response-malformed',
      `${host} sent a compressed page that is damaged or cut off (${code}). Try again, or use another source.`,
      error,
    )
  if (isCertificate(code))
    return webFailure(
      'certificate-refused',
      `The certificate of ${host} cannot be trusted (${code}). Nothing was sent. Use another source; whoever set up this tool can trust an authority of their own.`,
      error,
    )
  if (began)
    return webFailure(
      'response-truncated',
      `${host} closed the connection before the page was whole (${code}). Try again, or use another source.`,
      error,
    )
  return webFailure(
    'connection-failed',
    `${host} cannot be reached at port ${portOf(url)} (${code}). Check the URL, or try again later.`,
    error,
  )
}

function isCompression(code: string): boolean {
  return /^(Z_|ERR__ERROR|ERR_BROTLI|ERR_ZLIB|ZSTD_|ERR_PADDING)/.test(code)
}

function isCertificate(code: string): boolean {
  return /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH)/.test(
    code,
  )
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
