import type { StopSignal } from '../src/host.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Said {
  readonly url: string
  readonly token?: string
  readonly dashboard: boolean
}

/** Serves until the test says stop. */
export async function served(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  home = temporaryFolder(),
  cwd = home,
) {
  const stops: ((signal: StopSignal) => void)[] = []
  const said = Promise.withResolvers<Said>()
  const ended = runInProcess(['serve', '--json', ...words], {
    home,
    cwd,
    variables: { NO_COLOR: '1', ...variables },
    onStop: (stop) => stops.push(stop),
    watch: (text) => {
      if (text.startsWith('{"url"')) said.resolve(JSON.parse(text))
    },
  })
  const { url, token = '', dashboard } = await said.promise
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async (path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}/api${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  return {
    home,
    token,
    url,
    dashboard,
    ask,
    stop: async () => (stops.forEach((stop) => stop('SIGTERM')), ended),
  }
}

/** What a served thread is doing; `none` where there is none yet. */
export async function statusOf(ask: (path: string) => Promise<Response>, thread: string): Promise<string> {
  const response = await ask(`/threads/${thread}`)
  if (!response.ok) return 'none'
  return ((await response.json()) as { status: string }).status
}
