const en = {
  come: 'I come',
  inLineFor: 'You wait for a place',
  coming: (n: number) => (n === 1 ? '1 comes' : `${String(n)} come`),
  waiting: (n: number) => (n === 1 ? '1 waits' : `${String(n)} wait`),
  live: 'now',
  goIn: 'Go in',
  leads: (name: string) => `led by: ${name}`,
  minutes: (n: number) => `${String(n)} min`,
}

const de: typeof en = {
  come: 'Ich komme',
  inLineFor: 'Du wartest auf einen Platz',
  coming: (n) => (n === 1 ? '1 kommt' : `${String(n)} kommen`),
  waiting: (n) => (n === 1 ? '1 wartet' : `${String(n)} warten`),
  live: 'jetzt',
  goIn: 'Hineingehen',
  leads: (name) => `es leitet: ${name}`,
  minutes: (n) => `${String(n)} min`,
}

export const circleLineWords = { en, de }
