import { spawn } from 'node:child_process'

import { oauthFailure } from '../oauth-failure.ts'

/** Starts a program with its arguments as they are, never through a shell. Rejects where it cannot be started. */
export type StartProgram = (program: string, programArguments: readonly string[]) => Promise<void>

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
}

/**
 * Opens URLs in the user's browser: http and https only, as one argument of a program. Fails `login-failed` where there is no browser, with the URL to be opened by hand
 * left to `paste`.
 */
export function systemBrowser(
  start: StartProgram = startProgram,
  platform: NodeJS.Platform = process.platform,
): (url: URL) => Promise<void> {
  const [program, ...before] = openers[platform] ?? ['xdg-open']
  return async (url) => {
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw oauthFailure('url-refused', `A browser is not opened for ${url.protocol} URLs.`)
    await start(program, [...before, url.href])
  }
}

const startProgram: StartProgram = (program, programArguments) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { stdio: 'ignore', detached: true, shell: false })
    child.once('error', (error) =>
      reject(
        oauthFailure(
          'login-failed',
          `No browser can be opened: ${program} is not there. Log in with paste, on any machine.`,
          error,
        ),
      ),
    )
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
