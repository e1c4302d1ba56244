import type { Frame, Page } from 'playwright-core'

/** How long a part of the editor may take to appear, in milliseconds: a busy machine is slow, and slow is not wrong. */
const patience = Number(process.env['KEEPUP_PATIENCE'] ?? 120_000)

/** The editor, as a person at its window sees it. */
export class Workbench {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(patience)
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address)
    // Its mark stands there once the extension is known; before, its commands are not.
    await this.page.locator('.activitybar [aria-label="keepup"]').first().click()
  }

  /** Runs a command by its name, from the palette. */
  async command(name: string): Promise<void> {
    const { page } = this
    const found = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first()
    // By the mouse: a key goes to the frame of the chat where that has the focus.
    await page.locator('.command-center .command-center-quick-pick').first().click()
    await page.locator('.quick-input-box input').fill(`>${name}`)
    await found.waitFor()
    await found.click()
  }

  /** Waits for a list to choose from, by its title. */
  async picker(title: string): Promise<void> {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor()
  }

  /** Chooses from the list that is open. */
  async choose(label: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first()
    await row.waitFor()
    await row.click()
  }

  /** The page of the chat, which stands in two frames of the editor. */
  async chat(): Promise<Frame> {
    const until = Date.now() + patience
    while (Date.now() < until) {
      for (const frame of this.page.frames()) {
        const count = await frame
          .locator('#prompt')
          .count()
          .catch(() => 0)
        if (count > 0) return frame
      }
      await this.page.waitForTimeout(200)
    }
    throw new Error('The chat did not appear.')
  }
}
