import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import {
  clickArguments,
  dragArguments,
  moveArguments,
  pressArguments,
  scrollArguments,
  typeArguments,
} from '../../src/computer/desktop/xdotool-arguments.ts'
import { browserComputer, computerTools, desktopComputer } from '../../src/computer/index.ts'
import { call, textOf } from '../call-tool.ts'
import { hasBrowser, serve } from './browser-place.ts'

describe('the arguments of xdotool', () => {
  test('say what is done, in X11 terms', () => {
    expect(moveArguments({ x: 3.4, y: 5 })).toEqual(['mousemove', '3', '5', 'sleep', '0.03'])
    expect(clickArguments({ button: 'right', count: 2, modifiers: ['Control', 'Shift'] }).join(' ')).toBe(
      'keydown ctrl keydown shift click --repeat 2 --delay 40 3 keyup shift keyup ctrl',
    )
    expect(dragArguments({ x: 0, y: 0 }, { x: 10, y: 20 }).join(' ')).toBe(
      'mousemove 0 0 sleep 0.03 mousedown 1 mousemove 5 10 sleep 0.03 mousemove 10 20 sleep 0.03 mouseup 1',
    )
    expect(scrollArguments({ x: 0, y: 250 }).join(' ')).toBe('click --repeat 3 --delay 10 5')
    expect(scrollArguments({ x: -1, y: -1e9 }).join(' ')).toBe(
      'click --repeat 100 --delay 10 4 click --repeat 1 --delay 10 6',
    )
    for (const [keys, sent] of [
      ['Enter', 'Return'],
      ['Control+Shift+ArrowUp', 'ctrl+shift+Up'],
      ['Control++', 'ctrl+U002B'],
      ['F5', 'F5'],
      ['ß', 'U00DF'],
      [' ', 'space'],
    ] as const)
      expect(pressArguments(keys)).toEqual(['key', '--clearmodifiers', '--', sent])
  })

  test('never make an option, a command or a shell word of what a model says', () => {
    for (const text of ['--window 1', '-h', '$(touch /tmp/x)', '; exec sh', '\n--'])
      expect(typeArguments(text).slice(-2)).toEqual(['--', text])
    for (const keys of ['', 'exec sh', '--help', 'a b', 'Return key a', '$(x)', 'a++b'])
      expect(() => pressArguments(keys)).toThrow(/is no key/)
  })
})

test('a desktop without its programs or without a display says what to install', async () => {
  for (const environment of [{ PATH: '/nowhere', DISPLAY: ':0' }, { PATH: process.env['PATH'] }]) {
    const [act, view] = computerTools(desktopComputer({ environment }))
    if (act === undefined || view === undefined) throw new Error('there are two tools')
    const looked = await call(view, {})
    expect(textOf(looked)).toMatch(/Install it: apt-get install|There is no X11 display/)
    expect(await call(act, { action: 'press', keys: 'a' })).toMatchObject({
      type: 'failed',
      code: 'not-supported',
    })
  }
})

test('a desktop is a person’s screen, of which anything can be reached', () => {
  const [act, view] = computerTools(desktopComputer({ environment: {} }))
  expect(view).toMatchObject({ repeat: 'safe', produces: { default: 'free-text', confidential: true } })
  expect(view?.effects({})).toEqual([{ kind: 'input', target: 'desktop' }])
  expect(act?.effects({ action: 'press', keys: 'a' })).toEqual([
    { kind: 'input', target: 'desktop' },
    { kind: 'net', target: '*' },
    { kind: 'exec', target: '*' },
  ])
})

const programs = ['Xvfb', 'xdotool', 'import']
const missing = programs.filter((name) => spawnSync('which', [name]).status !== 0)
const hasDesktop = hasBrowser && missing.length === 0
if (hasBrowser && missing.length > 0)
  console.warn(`SKIPPED: a desktop needs ${missing.join(', ')}: apt-get install xvfb xdotool imagemagick`)

async function openDisplay(): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void server.kill('SIGKILL'))
  const pipe = server.stdio[3]
  if (pipe === null || pipe === undefined) throw new Error('Xvfb has no pipe')
  const [number] = await once(pipe, 'data')
  return `:${String(number).trim()}`
}

test.skipIf(!hasDesktop)(
  'a real desktop is seen, pointed at and typed into',
  { timeout: 90_000 },
  async () => {
    const display = await openDisplay()
    vi.stubEnv('DISPLAY', display)
    const site = await serve({
      '/': `<body style="margin:0;background:#00ff00;height:9000px"><pre id="log" style="position:fixed"></pre><script>
        const say = (text) => { log.textContent += text + '; ' }
        onkeydown = (e) => say('key ' + (e.ctrlKey ? 'Control+' : '') + e.key)
        onmousedown = (e) => say('down ' + e.button + ' ' + e.screenX + ' ' + e.screenY)
        onmouseup = (e) => say('up ' + e.screenX + ' ' + e.screenY)
        ondblclick = () => say('double'); onscroll = () => say('scrolled')
        oncontextmenu = (e) => e.preventDefault()</script>`,
    })
    const { signal } = new AbortController()
    await using browser = browserComputer({ hosts: ['127.0.0.1'], sandbox: false, headless: false })
    await browser.navigate(`${site.origin}/`, signal)
    const [act, view] = computerTools(desktopComputer({ display }), {
      picture: { width: 800, height: 800 },
    })
    if (act === undefined || view === undefined) throw new Error('there are two tools')
    const looked = await call(view, {})
    expect(textOf(looked)).toContain('800 by 600 pixels, of a screen of 1600 by 1200')
    const log = async (): Promise<string> => {
      const tree = await browser.tree(signal)
      return JSON.stringify(tree)
    }
    // In pixels of the picture, which is half as large as the screen.
    for (const input of [
      { action: 'click', x: 300, y: 250, count: 2 },
      { action: 'click', x: 300, y: 250, button: 'right' },
      { action: 'drag', x: 250, y: 250, to_x: 350, to_y: 300 },
      { action: 'type', text: 'A-$(x)' },
      { action: 'press', keys: 'Control+b' },
      { action: 'scroll', x: 300, y: 250, down: 300 },
      { action: 'move', x: 300, y: 250 },
      { action: 'move', x: 300, y: 250 },
    ])
      expect(await call(act, input), `for ${JSON.stringify(input)}`).toMatchObject({ type: 'completed' })
    await delay(500)
    const seen = await log()
    expect(seen).toMatch(/down 0 601 501.*double.*down 2 601 501.*down 0 501 501; up 701 601/)
    for (const key of ['A', '-', '$', '(', 'x', ')', 'Control+b']) expect(seen).toContain(`key ${key}`)
    expect(seen).toContain('scrolled')
  },
)
