/** @limit In bytes: a larger request is answered with 413. */
const mostBody = 16 * 1024 * 1024

/** Thrown where a request is larger than is borne. */
export class RequestTooLarge extends Error {}

/** The body as JSON; `undefined` where it is none, `null` where it is empty. Rejects with `RequestTooLarge` at the first byte too much. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text === '') return null
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed
  } catch {
    return undefined
  }
}

async function readText({ body, headers }: Request): Promise<string> {
  if (Number(headers.get('content-length') ?? 0) > mostBody) throw new RequestTooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostBody) throw new RequestTooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
