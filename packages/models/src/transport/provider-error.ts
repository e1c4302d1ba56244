import { fieldOf, listOf, objectOf, textOf } from './json-field.ts'

/** What a provider's error says, whatever its dialect. */
export interface ProviderError {
  /** Lower-case names: type, code and status, joined by spaces. */
  readonly names: string
  readonly message: string
  /** An HTTP status inside the body. */
  readonly status: number | undefined
}

/** The error in a body, or undefined where the body tells of none. A body that is no JSON is its own message, shortened. */
export function providerErrorOf(body: unknown): ProviderError | undefined {
  if (typeof body === 'string') return { names: '', message: shortened(body), status: undefined }
  if (Array.isArray(body)) return providerErrorOf(listOf(body)[0])
  const error = fieldOf(body, 'error') ?? fieldOf(body, 'errors', '0')
  if (typeof error === 'string') return { names: '', message: messageBeside(body, error), status: undefined }
  if (objectOf(error) !== undefined) return structured(error)
  const detail = fieldOf(body, 'detail')
  const flat = textOf(fieldOf(body, 'message')) ?? textOf(detail) ?? detailList(detail)
  return flat === undefined ? undefined : { ...structured(body), message: flat }
}

function structured(error: unknown): ProviderError {
  const code = fieldOf(error, 'code')
  const names = [
    fieldOf(error, 'type'),
    code,
    fieldOf(error, 'status'),
    fieldOf(error, 'metadata', 'error_type'),
  ]
  const raw = textOf(fieldOf(error, 'metadata', 'raw'))
  const message = textOf(fieldOf(error, 'message')) ?? JSON.stringify(error)
  return {
    names: names
      .filter((name) => typeof name === 'string')
      .join(' ')
      .toLowerCase(),
    message: shortened(raw === undefined ? message : `${message} (${raw})`),
    status: statusOf(code) ?? statusOf(fieldOf(error, 'status')) ?? statusOf(fieldOf(error, 'http_code')),
  }
}

function statusOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && number >= 400 && number < 600 ? number : undefined
}

function messageBeside(body: unknown, error: string): string {
  const message = textOf(fieldOf(body, 'message')) ?? textOf(fieldOf(body, 'error_description'))
  return shortened(message === undefined || message === error ? error : `${error}: ${message}`)
}

function detailList(detail: unknown): string | undefined {
  const messages = listOf(detail).map((item) => textOf(fieldOf(item, 'msg')) ?? JSON.stringify(item))
  return messages.length === 0 ? undefined : shortened(messages.join('; '))
}

/** One line of at most 500 characters, markup left out. */
export function shortened(text: string): string {
  const plain = text
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return plain.length > 500 ? `${plain.slice(0, 500)}…` : plain
}
