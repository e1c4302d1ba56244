import { webFailure } from './web-failure.ts'
import { allowsPort, type WebReach } from './web-reach.ts'

/** @limit In characters: the longest URL. */
const longestUrl = 8_000

/**
 * A URL that a model wrote, as the WHATWG URL standard reads it, without its fragment. Fails `url-refused` for what is none, for other schemes than http and
 * https, for names and passwords in it, for characters that programs read in different ways, and for ports that are not allowed.
 */
export function readUrl(text: string, reach: WebReach): URL {
  if (text.length > longestUrl)
    throw webFailure(
      'url-refused',
      `The URL is ${text.length} characters long. Give one of at most ${longestUrl}.`,
    )
  // eslint-disable-next-line no-control-regex -- The URL parser drops some of these in silence, so that others read another address.
  if (/[\u0000-\u0020\u007F\\]/.test(text))
    throw webFailure(
      'url-refused',
      'The URL holds a space, a control character or a backslash. Write a space as %20, and / for \\.',
    )
  const url = URL.parse(text)
  if (url === null)
    throw webFailure(
      'url-refused',
      `This is no URL: ${JSON.stringify(text.slice(0, 200))}. Give a whole one, as https://example.com/page.`,
    )
  return checkUrl(url, reach)
}

/** A URL that may be asked for, without its fragment. Fails `url-refused`. */
export function checkUrl(given: URL, reach: WebReach): URL {
  const url = new URL(given)
  url.hash = ''
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw webFailure(
      'url-refused',
      `Only http: and https: are fetched, not ${url.protocol} Read files of the project with read.`,
    )
  if (url.username !== '' || url.password !== '')
    throw webFailure(
      'url-refused',
      `The URL names a user before the @; its host is ${url.host}, not what stands before. Leave the user out.`,
    )
  if (!allowsPort(reach, url))
    throw webFailure(
      'url-refused',
      `Port ${url.port} of ${url.hostname} may not be reached. Whoever set up this tool can allow it with allowHosts or ports.`,
    )
  return url
}
