const en = {
  title: 'Community',
  lead: 'What people here do for each other, outside of mentorships.',
  places: {
    '/community': 'Overview',
    '/gatherings': 'Gatherings',
  },
  gatherings: 'Gatherings to come',
  noGatherings: 'None is announced. A breakfast or an hour online is enough.',
  all: (what: string) => `All: ${what}`,
}

const de: typeof en = {
  title: 'Gemeinschaft',
  lead: 'Was Menschen hier füreinander tun, neben den Mentoraten.',
  places: {
    '/community': 'Überblick',
    '/gatherings': 'Zusammenkünfte',
  },
  gatherings: 'Nächste Zusammenkünfte',
  noGatherings: 'Keine ist angekündigt. Ein Frühstück oder eine Stunde im Netz genügt.',
  all: (what) => `Alle: ${what}`,
}

export const communityWords = { en, de }
