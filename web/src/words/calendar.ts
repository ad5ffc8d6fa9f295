const en = {
  title: 'Your calendar elsewhere',
  hint: 'A secret address at which a calendar program reads your meetings, circles and webinars. Whoever has it reads them all.',
  since: (day: string) => `There is an address since ${day}.`,
  make: 'Make an address',
  makeAnew: 'Make a new one; the old one ends',
  end: 'Take it back',
  address: 'The address',
  once: 'It is shown this once. Copy it into your calendar program.',
  made: 'Made.',
  ended: 'Taken back. It leads nowhere from now on.',
}

const de: typeof en = {
  title: 'Dein Kalender anderswo',
  hint: 'Eine geheime Adresse, an der ein Kalenderprogramm deine Treffen, Kreise und Webinare liest. Wer sie hat, liest alles.',
  since: (day) => `Seit ${day} gibt es eine Adresse.`,
  make: 'Eine Adresse machen',
  makeAnew: 'Eine neue machen; die alte endet',
  end: 'Zurücknehmen',
  address: 'Die Adresse',
  once: 'Sie wird nur dieses eine Mal gezeigt. Kopier sie in dein Kalenderprogramm.',
  made: 'Gemacht.',
  ended: 'Zurückgenommen. Sie führt ab jetzt nirgendwohin.',
}

export const calendarWords = { en, de }
