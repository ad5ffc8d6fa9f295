const en = {
  check: 'How are you?',
  private: 'Nobody but you is shown this: no member, no lead, nobody who runs the platform.',
  level: 'Right now',
  levels: { 1: 'very bad', 2: 'bad', 3: 'so so', 4: 'well', 5: 'very well' },
  forYou: 'A note for yourself',
  keep: 'Keep it',
  kept: 'Kept. Only you see it.',
  turn: 'You need not be alone with it. Here somebody listens:',
  lines: 'Where somebody listens',
  linesFor: (country: string) => `Lines in ${country}`,
  elsewhere: 'Another country, in two letters',
  show: 'Show',
  before: 'How you were before',
  rest: 'A pause from the circle',
}

const de: typeof en = {
  check: 'Wie geht es dir?',
  private: 'Das sieht niemand außer dir: niemand im Kreis, niemand, der leitet, niemand, der die Plattform betreibt.',
  level: 'Gerade jetzt',
  levels: { 1: 'sehr schlecht', 2: 'schlecht', 3: 'geht so', 4: 'gut', 5: 'sehr gut' },
  forYou: 'Eine Notiz für dich',
  keep: 'Behalten',
  kept: 'Behalten. Nur du siehst es.',
  turn: 'Du musst damit nicht allein sein. Hier hört jemand zu:',
  lines: 'Wo jemand zuhört',
  linesFor: (country) => `Nummern in ${country}`,
  elsewhere: 'Ein anderes Land, in zwei Buchstaben',
  show: 'Zeigen',
  before: 'Wie es dir vorher ging',
  rest: 'Eine Pause vom Kreis',
}

export const circleCareWords = { en, de }
