import { homedir, tmpdir } from 'node:os'

import { KeepupError } from '@keepup/core'
import type { BrowserContext, BrowserContextOptions, BrowserType, LaunchOptions } from 'playwright-core'

import { callVariable } from '../../call-variable.ts'
import { type LeashedProcess, startLeashed } from '../../leashed-process.ts'
import type { Size } from '../computer.ts'
import { within } from '../wait-for.ts'
import { findBrowser } from './find-browser.ts'
import { loadChromium } from './load-playwright.ts'

/** How a browser is started. */
export interface LaunchPlan {
  /** The program; the one that is found when left out. */
  readonly executable: string | undefined
  readonly headless: boolean
  readonly size: Size
  /** A folder that keeps what sites store; nothing is kept when left out. */
  readonly profile: string | undefined
  readonly downloads: boolean
  /** Chromium's own sandbox. */
  readonly sandbox: boolean
  readonly proxyPort: number
  /** A name that no other process of this machine has. */
  readonly mark: string
}

/** A browser that cannot outlive this process. */
export interface LaunchedBrowser {
  readonly context: BrowserContext
  /** Resolves once it has ended, in whatever way. */
  readonly ended: Promise<void>
  /** Ends it and everything that it started. Never rejects. */
  end(): Promise<void>
}

const launchTimeout = 30_000

/**
 * Switches that close the ways around the proxy: names are resolved by the proxy alone, calls between browsers (WebRTC) use no connection of their own, and
 * there is no QUIC.
 */
const switches: readonly string[] = [
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--dns-prefetch-disable',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
  '--no-pings',
]

/** What Playwright switches off for tests and an agent is better off with: the blocking of pop-ups, the limit on floods of messages. */
const restored: readonly string[] = ['--disable-popup-blocking', '--disable-ipc-flooding-protection']

/** The variables that a browser needs; the rest may hold secrets. */
const passed = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'LOCALAPPDATA',
] as const
const passedWithWindow = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'] as const

/**
 * Starts Chromium behind a proxy. It ends with this process, SIGKILL included: it ends by itself when its pipe closes, and on Linux a watcher kills
 * whatever carries the mark. Fails `not-supported` where it is not installed, `tool-failed` where it does not start.
 */
export async function launchBrowser(plan: LaunchPlan): Promise<LaunchedBrowser> {
  const chromium = await loadChromium()
  const executable = plan.executable ?? (await findBrowser(() => chromium.executablePath()))
  const leash = await startLeash(plan.mark)
  const context = await startContext(chromium, executable, plan).catch((error: unknown) => {
    leash.kill()
    throw failedStart(executable, plan, error)
  })
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  context.once('close', () => resolve())
  context.browser()?.once('disconnected', () => resolve())
  return {
    context,
    ended,
    async end() {
      const closing = closeContext(context)
      await within(3_000, closing)
      leash.kill()
      await closing
    },
  }
}

async function closeContext(context: BrowserContext): Promise<void> {
  const browser = context.browser()
  await context.close().catch(() => {})
  await browser?.close().catch(() => {})
}

/** A process that does nothing but end with this one, and whose watcher then ends what carries the mark. */
function startLeash(mark: string): Promise<LeashedProcess> {
  const { PATH, SYSTEMROOT } = process.env
  const [command, args] = process.platform === 'win32' ? ['findstr', ['keepup']] : ['cat', []]
  return startLeashed({ command, arguments: args, folder: tmpdir(), environment: { PATH, SYSTEMROOT } }, mark)
}

async function startContext(
  chromium: BrowserType,
  executablePath: string,
  plan: LaunchPlan,
): Promise<BrowserContext> {
  const launch: LaunchOptions = {
    executablePath,
    headless: plan.headless,
    chromiumSandbox: plan.sandbox,
    env: environmentOf(plan),
    args: [...switches],
    ignoreDefaultArgs: [...restored],
    // The loopback, which browsers leave out, goes through the proxy too.
    proxy: { server: `http://127.0.0.1:${plan.proxyPort}`, bypass: '<-loopback>' },
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    timeout: launchTimeout,
  }
  const context: BrowserContextOptions = {
    viewport: { ...plan.size },
    deviceScaleFactor: 1,
    acceptDownloads: plan.downloads,
    permissions: [],
  }
  if (plan.profile !== undefined)
    return chromium.launchPersistentContext(plan.profile, { ...launch, ...context })
  const browser = await chromium.launch(launch)
  return browser.newContext(context)
}

function environmentOf({ headless, mark }: LaunchPlan): Record<string, string> {
  const names = headless ? passed : [...passed, ...passedWithWindow]
  const kept = names.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), HOME: homedir(), [callVariable]: mark }
}

function failedStart(executable: string, { sandbox }: LaunchPlan, cause: unknown): KeepupError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const [first = ''] = text.split('\n')
  const hint =
    sandbox && /sandbox|namespace|zygote/iu.test(text)
      ? ' Its own sandbox may not work here: allow unprivileged user namespaces, or, where what it opens is trusted, pass `sandbox: false`.'
      : ''
  return new KeepupError('tool-failed', `The browser "${executable}" does not start: ${first}${hint}`, {
    cause,
  })
}
