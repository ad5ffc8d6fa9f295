const en = {
  hint: 'You are no longer shown each other, nor what the other writes. Nobody is told, and you can take it back.',
  whom: 'Whom?',
  hide: 'Hide us from each other',
  hidden: (n: number) => (n === 1 ? '1 seat here shows you nobody.' : `${String(n)} seats here show you nobody.`),
  show: 'Show who sits here again',
}

const de: typeof en = {
  hint: 'Ihr seht einander nicht mehr, auch nicht, was das andere schreibt. Niemand erfährt es, und du kannst es zurücknehmen.',
  whom: 'Wen?',
  hide: 'Uns voreinander verbergen',
  hidden: (n) => (n === 1 ? '1 Platz hier zeigt dir niemanden.' : `${String(n)} Plätze hier zeigen dir niemanden.`),
  show: 'Wieder zeigen, wer hier sitzt',
}

export const circleHideWords = { en, de }
