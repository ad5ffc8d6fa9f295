const en = {
  shared: 'What helps',
  noShared: 'Nothing yet. What helped you may help another.',
  add: 'Add something',
  title: 'What is it?',
  url: 'Its address',
  note: 'Why does it help?',
  remove: 'Take it out',
}

const de: typeof en = {
  shared: 'Was hilft',
  noShared: 'Noch nichts. Was dir half, hilft vielleicht auch anderen.',
  add: 'Etwas dazulegen',
  title: 'Was ist es?',
  url: 'Die Adresse',
  note: 'Warum hilft es?',
  remove: 'Herausnehmen',
}

export const circleSharedWords = { en, de }
