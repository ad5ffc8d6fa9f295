const en = {
  label: 'What happened',
  items: {
    ASK: 'Asked',
    MEETING: 'Meeting',
    NORMS: 'Norms',
    RECAP: 'Recap',
    RESOURCE: 'Shared',
    SEATED: 'Took a seat',
    THREAD: 'Talk',
  },
}

const de: typeof en = {
  label: 'Was geschah',
  items: {
    ASK: 'Gefragt',
    MEETING: 'Treffen',
    NORMS: 'Regeln',
    RECAP: 'Rückblick',
    RESOURCE: 'Geteilt',
    SEATED: 'Hat Platz genommen',
    THREAD: 'Gespräch',
  },
}

export const circleFeedWords = { en, de }
