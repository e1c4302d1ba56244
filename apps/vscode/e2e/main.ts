import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { chromium } from 'playwright-core'

import { installCodeServer } from './install-code-server.ts'
import { makeStage } from './stage.ts'
import { startCodeServer } from './start-code-server.ts'
import { Workbench } from './workbench.ts'

const app = join(import.meta.dirname, '..')
const images = process.argv.includes('--images') ? join(app, '..', '..', 'docs', 'images') : undefined
const entry =
  process.env['KEEPUP_CODE_SERVER'] ?? installCodeServer(join(app, 'node_modules', '.cache', 'code-server'))
const browserPath = process.env['KEEPUP_CHROMIUM'] ?? '/usr/bin/chromium'

execFileSync('rolldown', ['--config', 'rolldown.config.ts'], { cwd: app, stdio: 'inherit' })
execFileSync(process.execPath, ['package-vsix.ts'], { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] })
const stage = makeStage()
const failures = join(app, 'dist', 'failure.png')
try {
  const server = await startCodeServer(entry, stage, join(app, 'dist', 'keepup.vsix'))
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
  const page = await browser.newPage({ viewport: { width: 1180, height: 720 } })
  try {
    await drive(new Workbench(page), `${server.address}/?folder=${encodeURIComponent(stage.project)}`)
  } catch (error) {
    for (const [place, each] of page.context().pages().entries())
      await each.screenshot({ path: failures.replace('.png', `-${place}.png`) })
    console.error(
      page
        .context()
        .pages()
        .map((each) => each.url().replace(/token=.*/, 'token=')),
    )
    console.error(`what was seen: ${failures}`)
    throw error
  } finally {
    await browser.close()
    await server.stop()
  }
} finally {
  rmSync(stage.root, { recursive: true, force: true, maxRetries: 5 })
}

async function drive(bench: Workbench, address: string): Promise<void> {
  const { page } = bench
  if (images !== undefined) mkdirSync(images, { recursive: true })
  const picture = async (name: string): Promise<void> => {
    if (images !== undefined) await page.screenshot({ path: join(images, name) })
  }

  await bench.open(address)
  await bench.command('keepup: New Session')
  const chat = await bench.chat()
  await chat.locator('#prompt').fill('Please greet people in a friendly way')
  await chat.locator('#prompt').press('Enter')
  await bench.picker('keepup: edit greeting.ts')
  await bench.choose('Show changes of')
  await page.locator('.diff-editor, .monaco-diff-editor').first().waitFor()
  seen('a question, and the change beside what is there')
  await picture('vscode-question.png')
  assert.match(file(), /'Hello\.'/)
  await bench.choose('Allow')
  await chat.getByText('The greeting is friendly now.').waitFor()
  assert.match(file(), /and welcome/)
  assert.equal(await chat.locator('.call.completed').count(), 1)
  assert.equal(await chat.locator('.plan li').count(), 2)
  assert.equal(await chat.locator('strong').innerText(), 'friendly')
  seen('words, a plan, a call, and the file changed after the approval')
  await page.waitForTimeout(1500)
  await picture('vscode-chat.png')

  await bench.command('keepup: Rewind Session...')
  await bench.choose('Please greet')
  await bench.choose('The conversation and the files')
  await chat.locator('.item').first().waitFor({ state: 'detached' })
  assert.match(file(), /'Hello\.'/)
  seen('a rewind: the conversation is empty, and the file as it was')

  const opened = page.context().waitForEvent('page')
  await bench.command('keepup: Open Dashboard')
  const dashboard = await opened
  await dashboard.waitForURL(/\/proxy\/\d+\/|127\.0\.0\.1/)
  // An editor in a browser puts a way of its own before addresses of the loopback, which keepup does not answer: it is asked where it is.
  const [, port] = /\/proxy\/(\d+)\//.exec(dashboard.url()) ?? []
  if (port !== undefined) await dashboard.goto(`http://127.0.0.1:${port}/${new URL(dashboard.url()).hash}`)
  await dashboard
    .getByText(/thread/i)
    .first()
    .waitFor()
  seen(`the dashboard, opened as ${new URL(dashboard.url()).pathname}`)
  await dashboard.close()
  await bench.command('keepup: Stop Dashboard')
}

function file(): string {
  return readFileSync(stage.file, 'utf8')
}

function seen(what: string): void {
  console.log(`seen: ${what}`)
}
