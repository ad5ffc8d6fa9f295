const en = {
  title: 'Circles',
  mine: 'Yours',
  open: 'Open to you',
  search: 'Name or theme',
  none: 'No circle fits these words. Take one away, or propose a circle yourself.',
  asking: { APPLIED: 'you have asked', WAITLISTED: 'you wait for a seat', INVITED: 'you are invited' },
  yours: { LEAD: 'you lead', CO_LEAD: 'you co-lead', MENTOR: 'you mentor', MEMBER: 'you sit here', GUEST: 'you are a guest' },
}

const de: typeof en = {
  title: 'Kreise',
  mine: 'Deine',
  open: 'Dir offen',
  search: 'Name oder Thema',
  none: 'Kein Kreis passt zu diesen Worten. Nimm eines weg oder schlag selbst einen Kreis vor.',
  asking: { APPLIED: 'du hast gefragt', WAITLISTED: 'du wartest auf einen Platz', INVITED: 'du bist eingeladen' },
  yours: { LEAD: 'du leitest', CO_LEAD: 'du leitest mit', MENTOR: 'du begleitest', MEMBER: 'du sitzt hier', GUEST: 'du bist Gast' },
}

export const circleListWords = { en, de }
