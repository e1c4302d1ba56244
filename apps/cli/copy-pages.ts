import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// The pages that `keepup serve` shows are published with the program.
const from = fileURLToPath(new URL('../dashboard/dist/', import.meta.url))
cpSync(from, fileURLToPath(new URL('dist/pages/', import.meta.url)), { recursive: true })

// And the templates of `keepup init`, with their versions.
const templates = fileURLToPath(new URL('../create-keepup/dist/templates/', import.meta.url))
cpSync(templates, fileURLToPath(new URL('dist/templates/', import.meta.url)), { recursive: true })
