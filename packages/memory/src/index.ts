export { inMemoryIndex } from './backend/memory-index.ts'
export { createMemory, type Memory } from './memory/create-memory.ts'
