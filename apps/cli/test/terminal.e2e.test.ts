import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { hasTmux, startInTmux, type TmuxOptions, type TmuxSession } from './session/tmux.ts'
import { keepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

if (!hasTmux) console.warn('SKIPPED at a terminal: there is no tmux on the PATH. apt-get install tmux')

const prompt = /say what to do/i
const hostile = 'Beware \u001B]0;owned\u0007\u001B[2J\u001B[31mred\u001B[0m and \u202Eturned\u202C.'
const plan =
  '# A plan\n\nA **bold** word and `code`.\n\n1. first\n2. second\n\n```js\nconst x = 1\n```\n\n| n | size |\n|---|---:|\n| a | 1 |\n\nThe end of it is a paragraph that is longer than a line of the terminal, so that it has to be wrapped.'

const steps = [
  { when: { lastUser: '^slow' }, chunk: 8, pause: 60, text: plan, repeat: true },
  {
    when: { lastUser: '^hostile' },
    text: hostile,
    calls: [{ name: 'shell', input: { command: "printf 'x\\033]0;owned\\007\\033[2Jy'" } }],
  },
  {
    when: { lastUser: '^write' },
    text: 'I write it.',
    calls: [{ name: 'write', input: { path: 'a.txt', content: 'one\ntwo\n' } }],
  },
  {
    when: { lastUser: '^change' },
    calls: [{ name: 'write', input: { path: 'a.txt', content: 'one\nthree\n' } }],
  },
  { when: { lastUser: '^sleep' }, calls: [{ name: 'shell', input: { command: 'echo begun; sleep 60' } }] },
  {
    when: { lastUser: '^work' },
    calls: [{ name: 'shell', input: { command: 'for i in 1 2 3 4 5 6; do echo step $i; sleep 0.4; done' } }],
  },
  { when: { lastUser: '^also' }, text: 'I heard: also that.', repeat: true },
  { text: 'Done with it.', repeat: true },
]

function start(options: Partial<TmuxOptions> = {}): TmuxSession {
  const session = startInTmux({
    home: temporaryFolder(),
    script: { contextWindow: 20_000, steps },
    ...options,
  })
  onTestFinished(() => session[Symbol.asyncDispose]())
  return session
}

async function opened(options: Partial<TmuxOptions> = {}): Promise<TmuxSession> {
  const session = start(options)
  await session.until(prompt)
  return session
}

describe.skipIf(!hasTmux)('a session at a terminal', () => {
  test('helps who has no model, and has no stack to show', async () => {
    const { script: _, ...none } = { script: undefined }
    const session = startInTmux({
      home: temporaryFolder(),
      ...none,
      variables: { OLLAMA_HOST: '127.0.0.1:9' },
    })
    onTestFinished(() => session[Symbol.asyncDispose]())
    const seen = await session.until(/keepup init/)
    expect(seen).toContain('keys found in the environment: none')
    session.say('hello')
    await session.until(/> hello/)
    expect(session.screen()).not.toMatch(/at .*\.ts:\d+/)
  })

  test('streams Markdown into the scrollback once, also where the terminal changes its size meanwhile', async () => {
    const session = await opened()
    session.say('slow please')
    await session.until(/1\. first/)
    session.resize(44, 18)
    await session.until(/const x/)
    session.resize(100, 30)
    const seen = await session.until(/1 turn ·/)
    expect(seen.match(/A plan/g)).toHaveLength(1)
    expect(seen.match(/A bold word and code\./g)).toHaveLength(1)
    expect(seen.match(/const x = 1/g)).toHaveLength(1)
    expect(seen).toMatch(/n {2}size/)
    expect(seen.match(/^─+$/gm)).toHaveLength(1)
  })

  test('asks in place, with the change that would be made, and goes on with the answer', async () => {
    const session = await opened()
    session.say('write it')
    const asked = await session.until(/y once/)
    expect(asked).toMatch(/\+one\n +\+two/)
    expect(asked).toMatch(/touches +write .*a\.txt/)
    expect(existsSync(join(session.project, 'a.txt'))).toBe(false)
    // A key of the first moment is taken for one that was meant for the text.
    await sleep(600)
    session.press('n')
    await session.until(/why not, or what to do instead/)
    session.say('not now')
    await session.until(/denied/)
    expect(await session.until(/Done with it\./)).toContain('not now')
    session.say('change it')
    await session.until(/y once/)
    await sleep(600)
    session.press('y')
    await session.until(/✓ write a\.txt/)
    expect(readFileSync(join(session.project, 'a.txt'), 'utf8')).toBe('one\nthree\n')
  })

  test('closes a question that was answered elsewhere, and goes on', async () => {
    const home = temporaryFolder()
    const session = await opened({ home, words: ['--thread', 't1'] })
    session.say('write it')
    await session.until(/y once/)
    const { code } = await keepup(['signal', 't1', 'answer', 'allow'], { home })
    expect(code).toBe(0)
    await session.until(/Done with it\./)
    expect(session.visible().join('\n')).not.toContain('y once')
    expect(existsSync(join(session.project, 'a.txt'))).toBe(true)
  })

  test('interrupts with Esc, hears while it works, and leaves with the way back', async () => {
    const session = await opened()
    session.say('sleep now')
    // Of the output, not of the command.
    await session.until(/^ {4}begun/m)
    session.press('Escape')
    await session.until(/interrupted: /)
    session.say('work on')
    await session.until(/step 1/)
    session.say('also that')
    await session.until(/queued: also that/)
    await session.until(/I heard: also that\./)
    session.press('C-c')
    await session.until(/Ctrl-C again leaves/)
    session.press('C-c')
    await session.until(/go on with keepup --thread \w+/)
    // The terminal is as it was: it echoes, and shows its cursor.
    session.say('echo "<$((40+2))>"')
    expect(await session.until(/<42>/)).toContain('echo "<$((40+2))>"')
  })

  test('is killed in the middle, and goes on in another one', async () => {
    const home = temporaryFolder()
    const session = await opened({ home })
    session.say('sleep now')
    // Of the output, not of the command.
    await session.until(/^ {4}begun/m)
    process.kill(session.pid(), 'SIGKILL')
    await session.until(/Killed|shell\$ $/m)
    await session[Symbol.asyncDispose]()
    const next = await opened({ home, words: ['--continue'] })
    expect(await next.until(/cut off in the middle/)).toContain('> sleep now')
    next.say('/continue')
    await next.until(/Done with it\./)
    expect(next.screen()).toMatch(/may have happened/)
  })

  test('goes back to before a prompt with the files, shows the difference first, and finds other threads', async () => {
    const session = await opened({ words: ['--mode', 'yolo'] })
    session.say('write it')
    await session.until(/Done with it\./)
    session.say('change it')
    await session.until(/\+three[^]*Done with it\./)
    session.say('/rewind')
    await session.until(/Go back to before/)
    session.press('Up')
    await session.until(/-two|\+three|a\.txt/)
    session.press('Down')
    await session.until(/▸ change it[^]*-two\n *\+three|-two/)
    session.press('Enter')
    await session.until(/Conversation and files/)
    session.press('Enter')
    await session.until(/back to before "change it", and the files with it/)
    expect(readFileSync(join(session.project, 'a.txt'), 'utf8')).toBe('one\ntwo\n')
    expect(session.visible().join('\n')).toMatch(/^> change it$/m)
    session.press('C-c')
    session.say('/clear')
    session.say('also this')
    await session.until(/I heard: also that\./)
    session.say('/resume')
    await session.until(/Go on with[^]*write it/)
    session.press('Enter')
    expect(await session.until(/thread \w+\n/)).toContain('> write it')
  })

  test('takes a paste of 200 lines as one, and shows sequences instead of obeying them', async () => {
    const session = await opened()
    session.paste(Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n'))
    await session.until(/> \[paste 1: 200 lines\]/)
    session.press('Enter')
    await session.until(/line 5[^]*180 more lines[^]*Done with it\./)
    session.paste('y\u001B[2J\u0003\nend')
    await session.until(/y␛\[2J/)
    session.press('C-c')
    session.say('hostile one')
    const seen = await session.until(/Beware[^]*turned/)
    expect(seen).toContain('␛]0;owned␇␛[2J␛[31mred')
    expect(await session.until(/x␛\]0;owned␇␛\[2Jy/)).toContain('> hostile one')
  })

  test('lets a server of MCP ask by lines, and then goes on where it was', async () => {
    const home = temporaryFolder()
    const asker = join(import.meta.dirname, 'asking-mcp-server.ts')
    const servers = { asker: { command: process.execPath, args: [asker] } }
    mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
    writeFileSync(join(home, '.config', 'keepup', 'mcp.json'), JSON.stringify({ servers, budget: 0 }))
    const requestedSchema = {
      type: 'object',
      properties: { colour: { type: 'string', title: 'The colour' } },
    }
    const put = { method: 'elicitation/create', params: { message: 'Which colour?', requestedSchema } }
    const script = {
      steps: [
        { calls: [{ name: 'search_tools', input: { query: 'ask' } }] },
        { calls: [{ name: 'call_tool', input: { name: 'mcp__asker__ask', arguments: put } }] },
        { text: 'Done with it.', repeat: true },
      ],
    }
    const session = await opened({ home, script, words: ['--mode', 'yolo'] })
    session.say('ask me')
    await session.until(/Which colour\?[^]*\[y\]es, answer it/)
    session.say('y')
    await session.until(/leave it empty >/)
    session.say('green')
    const seen = await session.until(/Done with it\./)
    expect(seen).toContain('green')
    // Nothing of it was taken for words to the agent.
    expect(session.visible().join('\n')).toMatch(/^> Say what to do/m)
    session.say('hello')
    await session.until(/> hello[^]*Done with it\./)
  })

  test('puts the agent’s own question, and takes the number of an option', async () => {
    const input = { question: 'Which one?', options: ['red', 'green'] }
    const asking = [{ calls: [{ name: 'ask_user', input }] }, { text: 'So it is.', repeat: true }]
    const session = await opened({ script: { steps: asking } })
    session.say('ask me')
    await session.until(/1\) red[^]*2\) green/)
    await sleep(600)
    session.say('2')
    expect(await session.until(/So it is\./)).toMatch(/ask_user.*green/)
  })

  test('gives the terminal to the shell with Ctrl-Z, and comes back', async () => {
    const session = await opened()
    session.press('C-z')
    await session.until(/Stopped|suspended/i)
    session.say('fg')
    session.say('also now')
    expect(await session.until(/I heard: also that\./)).toMatch(/> also now/)
  })

  test('hears each of several things that are said before the first is begun', async () => {
    const session = await opened()
    for (const word of ['one', 'two', 'three']) session.say(`also ${word}`)
    const seen = await session.until(/also three[^]*I heard: also that\.[^]*Say what to do/)
    for (const word of ['one', 'two', 'three']) {
      expect(seen.match(new RegExp(`^[>•] also ${word}$`, 'gm'))).toHaveLength(1)
    }
    expect(seen).not.toMatch(/queued:|✗/)
  })

  test('gives the terminal back where the program fails', async () => {
    const home = temporaryFolder()
    const failing = join(home, 'failing.mjs')
    writeFileSync(failing, `process.on('SIGUSR2', () => { throw new Error('a defect') })`)
    const session = await opened({ home, variables: { NODE_OPTIONS: `--import=${failing}` } })
    session.say('slow please')
    await session.until(/1\. first/)
    expect(session.showsCursor()).toBe(true)
    process.kill(session.pid(), 'SIGUSR2')
    await session.until(/a defect/)
    session.say('stty -a | tr " " "\\n" | grep -cE "^(icanon|echo|isig)$"')
    await session.until(/^(?:shell\$ )?3$/m)
    expect(session.showsCursor()).toBe(true)
    // Nor does it take pastes for what it brackets.
    session.paste('echo pasted')
    await session.until(/\$ echo pasted/)
  })

  test('completes commands and files that git does not ignore', async () => {
    const session = await opened()
    writeFileSync(join(session.project, 'weights.txt'), 'heavy\n')
    session.press('/', 'c', 'o', 's')
    await session.until(/▸ \/cost/)
    session.press('C-u')
    for (const letter of 'see @wei') session.press(letter === ' ' ? 'Space' : letter)
    await session.until(/▸ @weights\.txt/)
    session.press('Tab', 'Enter')
    expect(await session.until(/with 1 file/)).toContain('see @weights.txt')
  })

  test('without colours and with signs of ASCII where that is asked for', async () => {
    const session = await opened({ variables: { NO_COLOR: '1', LANG: 'C', LC_ALL: 'C' } })
    session.say('slow please')
    await session.until(/1 turn/)
    expect(session.screen()).toMatch(/^-{20,}$/m)
    expect(session.screen()).not.toMatch(/─|▱/)
  })
})
