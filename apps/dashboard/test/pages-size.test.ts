import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { built, pages } from './serve.ts'

if (!built) console.warn('SKIPPED: the pages were not built, so they were not weighed')

test.skipIf(!built)(
  'all pages together weigh at most 120 kB as they are sent, and load nothing from elsewhere',
  () => {
    const files = readdirSync(pages, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
    const weight = texts.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0)
    expect(weight).toBeLessThan(120_000)
    const html = readFileSync(join(pages, 'index.html'), 'utf8')
    expect(html).not.toMatch(/https?:|<script>|<style>/)
  },
)
