import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { ToolOutcome } from '@keepup/core'
import { onTestFinished } from 'vitest'

import { findBrowser } from '../../src/computer/browser/find-browser.ts'
import {
  browserComputer,
  type BrowserOptions,
  type ComputerInput,
  computerTools,
  type ComputerViewInput,
} from '../../src/computer/index.ts'
import { hasVariable, linuxProcesses } from '../../src/linux-processes.ts'
import { call, textOf } from '../call-tool.ts'

/**
 * Whether there is a browser to test with, and it was asked for: these tests take minutes. Says so where not.
 */
export const hasBrowser: boolean = await findTestBrowser()

async function findTestBrowser(): Promise<boolean> {
  if (process.env['KEEPUP_E2E'] !== '1') {
    console.warn('SKIPPED: tests in a real browser run with `pnpm e2e`')
    return false
  }
  return findBrowser().then(
    () => true,
    () => {
      console.warn('SKIPPED: tests in a real browser need Chromium or Chrome on the PATH')
      return false
    },
  )
}

/** A page by its path: HTML, or what answers for it. */
export type Site = Readonly<
  Record<string, string | ((asked: IncomingMessage, answer: ServerResponse) => void)>
>

/** A web server that ends with the test. */
export interface ServedSite {
  readonly port: number
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  /** What was asked for: `HOST PATH`, in order. */
  readonly asked: readonly string[]
}

export async function serve(site: Site): Promise<ServedSite> {
  const asked: string[] = []
  const server = createServer((request, answer) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    asked.push(`${request.headers.host ?? ''} ${request.url ?? ''}`)
    const page = site[path]
    if (typeof page === 'function') return page(request, answer)
    answer.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    answer.end(page ?? 'not here')
  })
  server.on('upgrade', (request, socket) => {
    asked.push(`${request.headers.host ?? ''} ${request.url ?? ''}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, origin: `http://127.0.0.1:${port}`, asked }
}

/** A browser that ends with the test, and short ways to use it. */
export interface Browsing {
  readonly act: (input: ComputerInput) => Promise<ToolOutcome>
  /** What the model reads. */
  readonly view: (input?: ComputerViewInput) => Promise<string>
  readonly go: (address: string) => Promise<string>
  /** The reference of the first line of the tree that has this text. */
  readonly ref: (text: string) => Promise<string>
  readonly clickOn: (text: string) => Promise<string>
}

export function browse(options: BrowserOptions, tree?: number): Browsing {
  // Tests may run as root, and in containers, where Chromium's sandbox does not work.
  const computer = browserComputer({ sandbox: false, patience: 3_000, ...options })
  onTestFinished(() => computer[Symbol.asyncDispose]())
  const [acting, viewing] = computerTools(computer, tree === undefined ? {} : { tree })
  if (acting === undefined || viewing === undefined) throw new Error('there are two tools')
  const act = (input: ComputerInput): Promise<ToolOutcome> => call(acting, input)
  const view = async (input: ComputerViewInput = {}): Promise<string> => textOf(await call(viewing, input))
  const ref = async (text: string): Promise<string> => {
    const shown = await view()
    const line = shown.split('\n').find((each) => each.includes(text) && each.includes('[ref='))
    const found = /\[ref=(\w+)\]/.exec(line ?? '')?.[1]
    if (found === undefined) throw new Error(`"${text}" is not in the tree:\n${shown}`)
    return found
  }
  return {
    act,
    view,
    ref,
    go: async (url) => said(await act({ action: 'navigate', url })),
    clickOn: async (text) => said(await act({ action: 'click', ref: await ref(text) })),
  }
}

/** Everything that an outcome shows, the reason of a failure included. */
export function said(outcome: ToolOutcome): string {
  if (outcome.type !== 'failed' || outcome.output === undefined) return textOf(outcome)
  return `${outcome.message}\n${textOf({ type: 'completed', output: outcome.output })}`
}

/** The live processes that a browser with this mark consists of (Linux). */
export function marked(mark: string): readonly number[] {
  return linuxProcesses()
    .filter(({ pid, ended }) => !ended && hasVariable(pid, `KEEPUP_CALL=${mark}`))
    .map(({ pid }) => pid)
}
