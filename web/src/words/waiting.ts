const en = {
  title: 'Waiting lists',
  lead: 'Where nobody has a place for you now, wait in the line of a skill. Who fits and has a place is asked in your name.',
  none: 'You wait in no line.',
  rule: 'In which order it goes',
  order: (every: number | null, hours: number) =>
    'Whoever has waited longest is offered the next mentor who fits.' +
    (every === null ? '' : ` One offer in ${String(every)} goes to whoever has waited longest among those who never had a mentor here.`) +
    ` An offer holds ${String(hours)} hours; then it passes on, and nobody loses their turn.`,
  skillGone: 'A skill',
  states: { WAITING: 'waiting', OFFERED: 'somebody is asked', SERVED: 'found', LEFT: 'left' },
  position: (n: number) => (n === 1 ? 'You are next.' : `Number ${String(n)} in line.`),
  since: (day: string) => `You wait since ${day}.`,
  forecast: (from: number, to: number) =>
    from === to ? (to === 1 ? 'It may take a day.' : `It may take ${String(to)} days.`) : `It may take ${String(from)} to ${String(to)} days.`,
  measured: (served: number, days: number) =>
    `Measured by ${String(served)} people who found somebody in the last ${String(days)} days; right four times in five.`,
  noForecast: 'Too few found somebody lately to tell how long it takes.',
  accepted: (percent: number) => `${String(percent)} % of those who were asked said yes.`,
  asked: 'In your name is asked:',
  turn: 'If it comes to nothing, you keep your turn.',
  meanwhile: 'Meanwhile',
  asks: (n: number) => (n === 1 ? '1 open ask about it was answered in the last 30 days' : `${String(n)} open asks about it were answered in the last 30 days`),
  within: (hours: number) => `half of them within ${String(hours)} h`,
  leave: 'Leave the line',
  leaveHint: 'Your place is gone then, and whoever is asked in your name is told that it is off.',
  sure: 'Yes, leave it',
  join: 'Wait in a line',
  skill: 'What is the mentor to teach?',
  chooseSkill: 'Choose a skill first.',
  format: 'Format',
  goal: 'What do you want to reach?',
  minutes: 'Minutes of the mentor’s',
  message: 'A few words to the mentor',
  joinIt: 'Take a place in line',
  withRequest: 'Wait in line with it',
  withRequestHint: 'The wait counts from when you asked.',
  rematch: 'Go on with somebody else',
  rematchHint: 'It ends without fault, and nobody is told why. You keep your goal, your notes and what you reached, and take a place in line. What you waited before counts again.',
  rematchSkill: 'What the next mentor is to teach',
  rematchSkillHint: 'Leave it empty for the same as now.',
  rematchSure: 'End it, and wait for somebody else',
}

const de: typeof en = {
  title: 'Wartelisten',
  lead: 'Hat gerade niemand einen Platz für dich, warte in der Reihe einer Fähigkeit. Wer passt und einen Platz hat, wird in deinem Namen gefragt.',
  none: 'Du wartest in keiner Reihe.',
  rule: 'In welcher Reihenfolge es geht',
  order: (every, hours) =>
    'Wer am längsten wartet, bekommt das nächste Mentorat angeboten, das passt.' +
    (every === null ? '' : ` Eines von ${String(every)} Angeboten geht an die, die unter allen ohne bisheriges Mentorat am längsten warten.`) +
    ` Ein Angebot gilt ${String(hours)} Stunden; dann geht es weiter, und niemand verliert seine Reihe.`,
  skillGone: 'Eine Fähigkeit',
  states: { WAITING: 'wartet', OFFERED: 'jemand ist gefragt', SERVED: 'gefunden', LEFT: 'verlassen' },
  position: (n) => (n === 1 ? 'Du bist als Nächstes dran.' : `Nummer ${String(n)} in der Reihe.`),
  since: (day) => `Du wartest seit ${day}.`,
  forecast: (from, to) =>
    from === to ? (to === 1 ? 'Es kann einen Tag dauern.' : `Es kann ${String(to)} Tage dauern.`) : `Es kann ${String(from)} bis ${String(to)} Tage dauern.`,
  measured: (served, days) =>
    `Gemessen an ${String(served)} Menschen, die in den letzten ${String(days)} Tagen jemanden fanden; vier von fünf Malen richtig.`,
  noForecast: 'Zu wenige haben zuletzt jemanden gefunden, um zu sagen, wie lange es dauert.',
  accepted: (percent) => `${String(percent)} % der Gefragten sagten ja.`,
  asked: 'In deinem Namen gefragt:',
  turn: 'Wird nichts daraus, bleibst du an der Reihe.',
  meanwhile: 'Bis dahin',
  asks: (n) => (n === 1 ? '1 offene Frage dazu wurde in den letzten 30 Tagen beantwortet' : `${String(n)} offene Fragen dazu wurden in den letzten 30 Tagen beantwortet`),
  within: (hours) => `die Hälfte in ${String(hours)} h`,
  leave: 'Die Reihe verlassen',
  leaveHint: 'Dein Platz ist dann fort, und wer in deinem Namen gefragt ist, erfährt, dass es sich erledigt hat.',
  sure: 'Ja, verlassen',
  join: 'In einer Reihe warten',
  skill: 'Was soll dir jemand beibringen?',
  chooseSkill: 'Wähl zuerst eine Fähigkeit.',
  format: 'Form',
  goal: 'Was willst du erreichen?',
  minutes: 'Minuten der begleitenden Seite',
  message: 'Ein paar Worte an sie',
  joinIt: 'Einen Platz in der Reihe nehmen',
  withRequest: 'Damit in der Reihe warten',
  withRequestHint: 'Das Warten zählt von deiner Anfrage an.',
  rematch: 'Mit jemand anderem weitermachen',
  rematchHint: 'Es endet ohne Schuld, und niemand erfährt, warum. Ziel, Notizen und Erreichtes bleiben dir, und du nimmst einen Platz in der Reihe. Was du zuvor gewartet hast, zählt wieder.',
  rematchSkill: 'Was dir die nächste Begleitung beibringen soll',
  rematchSkillHint: 'Lass es leer für dasselbe wie jetzt.',
  rematchSure: 'Beenden und auf jemand anderen warten',
}

export const waitingWords = { en, de }
