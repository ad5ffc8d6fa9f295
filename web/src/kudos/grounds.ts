/** What the viewer could thank somebody for, out of what they took part in. Pure; whether it may be is the server's. */

import type { KudosGroundsQuery, ThankableFragment } from '../api/gen/types'
import type { kudosWords } from '../words/kudos'

export interface Ground {
  readonly key: string
  readonly aboutId: string
  readonly receiverId: string
  readonly label: string
}

type Words = (typeof kudosWords)['en']
type Who = ThankableFragment | null

function ground(aboutId: string, who: Who, label: (name: string) => string): Ground[] {
  if (who === null || who.relation === 'SELF') return []
  return [{ key: `${aboutId} ${who.id}`, aboutId, receiverId: who.id, label: label(who.name) }]
}

export function groundsIn(data: KudosGroundsQuery, words: Words): Ground[] {
  const mentorships = data.mentorships.edges.flatMap(({ node }) =>
    [node.mentor, node.mentee].flatMap((who) => ground(node.id, who, (name) => words.mentorship(name, node.goal))),
  )
  const asks = data.mySmallAsks.edges.flatMap(({ node }) =>
    node.state === 'DONE' || node.state === 'THANKED'
      ? [node.asker, node.helper].flatMap((who) => ground(node.id, who, (name) => words.smallAsk(name, node.text)))
      : [],
  )
  const introductions = data.myIntroductions.edges.flatMap(({ node }) =>
    node.part === 'SIDE' && (node.state === 'MADE' || node.state === 'MET')
      ? [node.introducer, ...node.people].flatMap((who) => ground(node.id, who, words.introduction))
      : [],
  )
  const gatherings = data.myGatherings.edges.flatMap(({ node }) => {
    if (node.state !== 'UNDER_WAY' && node.state !== 'OVER') return []
    const came = node.guests.edges.flatMap(({ node: guest }) => (guest.cameAt === null ? [] : [guest.profile]))
    return [node.host, ...came].flatMap((who) => ground(node.id, who, (name) => words.gathering(name, node.title)))
  })
  return [...asks, ...gatherings, ...introductions, ...mentorships]
}
