const en = {
  title: 'Community',
  lead: 'What people here do for each other, outside of mentorships.',
  places: {
    '/community': 'Overview',
    '/gatherings': 'Gatherings',
    '/small-asks': 'Small asks',
    '/introductions': 'Introductions',
    '/kudos': 'Kudos',
  },
  gatherings: 'Gatherings to come',
  noGatherings: 'None is announced. A breakfast or an hour online is enough.',
  smallAsks: 'Who asks for fifteen minutes',
  noSmallAsks: 'Nobody asks for anything now. You could.',
  introductions: 'Who could be introduced to you',
  noIntroductions: 'No introduction waits for your answer. You could introduce two people to each other.',
  kudos: 'The newest thanks for you',
  noKudos: 'None yet. You could thank somebody.',
  from: 'From',
  wants: 'would like to introduce you',
  all: (what: string) => `All: ${what}`,
}

const de: typeof en = {
  title: 'Gemeinschaft',
  lead: 'Was Menschen hier füreinander tun, neben den Mentoraten.',
  places: {
    '/community': 'Überblick',
    '/gatherings': 'Zusammenkünfte',
    '/small-asks': 'Kleine Bitten',
    '/introductions': 'Vorstellungen',
    '/kudos': 'Dank',
  },
  gatherings: 'Nächste Zusammenkünfte',
  noGatherings: 'Keine ist angekündigt. Ein Frühstück oder eine Stunde im Netz genügt.',
  smallAsks: 'Wer um fünfzehn Minuten bittet',
  noSmallAsks: 'Gerade bittet niemand. Du könntest.',
  introductions: 'Mit wem du bekannt werden könntest',
  noIntroductions: 'Keine Vorstellung wartet auf deine Antwort. Du könntest zwei Menschen einander vorstellen.',
  kudos: 'Der neueste Dank für dich',
  noKudos: 'Noch keiner. Du könntest jemandem danken.',
  from: 'Von',
  wants: 'möchte dich vorstellen',
  all: (what) => `Alle: ${what}`,
}

export const communityWords = { en, de }
