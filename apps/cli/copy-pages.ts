import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The pages that `keepup serve` shows are published with the program.
const from = fileURLToPath(new URL('../dashboard/dist/', import.meta.url))
cpSync(from, fileURLToPath(new URL('dist/pages/', import.meta.url)), { recursive: true })
