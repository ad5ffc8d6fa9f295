const en = { none: 'Nobody had a turn lately.', who: 'Who', turns: 'Turns', time: 'Time' }

const de: typeof en = { none: 'In letzter Zeit war niemand dran.', who: 'Wer', turns: 'Mal', time: 'Zeit' }

export const circleHeardWords = { en, de }
