/** What the people of the synthetic conversations are called. */
export const names: readonly string[] = [
  'Amara',
  'Bastian',
  'Celeste',
  'Dmitri',
  'Eleni',
  'Farouk',
  'Greta',
  'Hiroshi',
  'Ingrid',
  'Joaquin',
  'Katarina',
  'Lorenzo',
  'Mirela',
  'Nikolai',
  'Oriana',
  'Piotr',
  'Quentin',
  'Rosalind',
  'Stefan',
  'Tamsin',
]

/** What they tell: the turn before it, the turn that has the answer, the turn behind it, and how somebody asks for it later. */
export const stories: readonly {
  readonly prompt: string
  readonly answer: string
  readonly reply: string
  readonly question: string
}[] = [
  {
    prompt: 'Did you settle on an animal from the shelter?',
    answer: 'We took the {colour} {animal} home, and the kids call it {pet}.',
    reply: 'Cute, send me a picture.',
    question: 'What did {who} call the pet from the shelter?',
  },
  {
    prompt: 'How did the race go for you?',
    answer: 'I finished in {number} minutes, my best one so far.',
    reply: 'Congratulations on that.',
    question: 'How many minutes did {who} need for the race?',
  },
  {
    prompt: 'Where are you off to this summer?',
    answer: 'I booked a cabin near {place} with my sister.',
    reply: 'The lakes there are lovely.',
    question: 'Where did {who} book a cabin?',
  },
  {
    prompt: 'What are you reading these days?',
    answer: 'I started a novel about a {trade} who moves to {place}.',
    reply: 'That sounds like your taste.',
    question: 'What is the novel about that {who} started?',
  },
  {
    prompt: 'Any news from the workshop?',
    answer: 'I built a {thing} out of {colour} oak last week.',
    reply: 'You have to teach me.',
    question: 'What did {who} build out of oak?',
  },
  {
    prompt: 'You look tired, what happened?',
    answer: 'My {relative} came over from {place} and we talked all night.',
    reply: 'Family first.',
    question: 'Who talked all night with {who}?',
  },
  {
    prompt: 'Did the doctor say anything?',
    answer: 'I have to leave out {food} for a month.',
    reply: 'That will be hard.',
    question: 'What food does {who} have to leave out?',
  },
  {
    prompt: 'Are you still with the same company?',
    answer: 'I signed with a firm of {trade}s and begin on the {number}th.',
    reply: 'A fresh start.',
    question: 'With what kind of firm did {who} sign?',
  },
  {
    prompt: 'What instrument did you pick up?',
    answer: 'The {instrument}, my neighbour gives me lessons on Tuesdays.',
    reply: 'I would love to hear it.',
    question: 'Which instrument is {who} learning?',
  },
  {
    prompt: 'How was the market?',
    answer: 'I sold {number} jars of {food} jam before noon.',
    reply: 'Save one for me.',
    question: 'How many jars of jam did {who} sell?',
  },
]

/** What fills the gaps of {@link stories}. */
export const fillings: Readonly<Record<string, readonly string[]>> = {
  colour: ['black', 'amber', 'silver', 'spotted', 'copper', 'white', 'dark', 'pale'],
  animal: ['terrier', 'spaniel', 'parrot', 'rabbit', 'hedgehog', 'tortoise', 'ferret', 'beagle'],
  pet: ['Biscuit', 'Pickle', 'Comet', 'Marble', 'Tango', 'Waffle', 'Juniper', 'Nimbus'],
  number: ['17', '23', '31', '42', '54', '68', '76', '89'],
  place: ['Bergen', 'Ljubljana', 'Galway', 'Trieste', 'Kyoto', 'Oaxaca', 'Tartu', 'Valparaiso'],
  trade: ['surveyor', 'baker', 'cartographer', 'glazier', 'brewer', 'welder', 'tailor', 'beekeeper'],
  thing: ['bookcase', 'canoe', 'bench', 'cradle', 'table', 'wardrobe', 'ladder', 'chest'],
  relative: ['aunt', 'cousin', 'nephew', 'grandmother', 'uncle', 'godfather', 'niece', 'stepsister'],
  food: ['walnut', 'cherry', 'celery', 'quince', 'barley', 'pepper', 'fig', 'plum'],
  instrument: ['cello', 'oboe', 'banjo', 'harp', 'trumpet', 'accordion', 'viola', 'clarinet'],
}

/** What is said in between, about nothing that anybody asks for. */
export const chatter: readonly string[] = [
  'The weather has been strange all {day}.',
  'I could not find a seat on the tram again.',
  'My phone keeps losing its battery by noon.',
  'We should meet for coffee one of these days.',
  'Work is busy, but I manage.',
  'The neighbours had a party until late on {day}.',
  'I watched an old film, and fell asleep halfway.',
  'The {food} at the shop looked sad.',
  'Somebody in {place} asked me for the way.',
  'I keep meaning to clean the attic.',
  'Do you remember the {animal} from the park?',
  'They are painting the bridge {colour} now.',
  'I lost at chess against my {relative}, again.',
  'There is a concert with a {instrument} on {day}, I heard.',
  'The {trade} never called back.',
]

/** Days for {@link chatter}. */
export const days: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
]
