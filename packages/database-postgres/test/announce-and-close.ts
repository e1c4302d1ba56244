import { openPostgres } from '@keepup/database-postgres'

/** Announces, closes at once and says so; nothing else keeps the process alive. Started by a test. */
const [url = '', schema = ''] = process.argv.slice(2)
const database = await openPostgres(url, { schema })
database.listen('topic', () => undefined)
for (let index = 0; index < 3; index += 1) {
  database.announce('topic')
  await database.now()
}
await database.close()
console.log('closed')
