import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { KudosOf } from '../api/gen/documents'
import { Safety } from '../safety/safety'
import { Somebody } from '../ui/somebody'
import { useMore } from '../words'
import { kudosWords } from '../words/kudos'

/** Thanks that somebody lets all read; nothing where they show none. */
export default function Shown({ profileId }: { profileId: string }): JSX.Element | null {
  const words = useMore(kudosWords)
  const { data } = useAnswer(KudosOf, { id: profileId })
  const shown = (data?.kudosOf.edges ?? []).map(({ node }) => node)
  if (shown.length === 0) return null
  return (
    <section class="card" aria-label={words.shown}>
      <h2>{words.shown}</h2>
      <ul class="stack">
        {shown.map(({ id, words: told, tie, giver }) => (
          <li key={id} class="stack tight">
            <blockquote>{told}</blockquote>
            <p class="small">
              <Somebody person={giver} />, {words.ties[tie]}
            </p>
            <Safety subjectId={id} profileId={giver?.id ?? null} name={giver?.name ?? told} />
          </li>
        ))}
      </ul>
    </section>
  )
}
