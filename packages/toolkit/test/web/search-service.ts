import type { JsonValue } from '@keepup/core'

import { serve } from './web-server.ts'

/** What was asked of a service. */
interface Asked {
  readonly method: string | undefined
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: unknown
}

/** A service that answers every request with the same, and notes what it was asked. */
export async function service(
  answer: JsonValue,
  status = 200,
): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = []
  const { port } = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://service.test')
      const body = Buffer.concat(chunks).toString()
      asked.push({
        method: request.method,
        path: pathname,
        parameters: Object.fromEntries(searchParams),
        headers: request.headers,
        body: body === '' ? undefined : JSON.parse(body),
      })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  return { url: `http://127.0.0.1:${port}/search`, asked }
}
