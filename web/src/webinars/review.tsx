/** What only staff see: questions that wait for somebody to look at them. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { ApproveQuestion, DismissQuestion, QuestionsToReview } from '../api/gen/documents'
import { useAct } from '../api/outcome'
import { Refusal } from '../ui/parts'
import { useWords } from '../words'
import { useNews } from './use-news'

export function Review({ webinarId, staffTopic }: { webinarId: string; staffTopic: string }): JSX.Element {
  const { webinars, room } = useWords()
  const { data, again } = useAnswer(QuestionsToReview, { webinarId })
  useNews(staffTopic, again)
  const approving = useAct(ApproveQuestion)
  const dismissing = useAct(DismissQuestion)
  const waiting = data?.questionsToReview.edges ?? []
  return (
    <section class="card" aria-label={webinars.review}>
      <h2>
        {webinars.review} ({waiting.length})
      </h2>
      <Refusal refused={approving.refused ?? dismissing.refused} />
      <ul class="stack">
        {waiting.map(({ node }) => (
          <li key={node.id} class="stack">
            <p>
              {node.text}{' '}
              <span class="soft small">{node.author.profile?.name ?? node.author.pseudonym ?? room.somebody}</span>
            </p>
            <div class="row">
              <button
                type="button"
                class="main"
                onClick={() =>
                  void approving
                    .act({ input: { questionId: node.id, text: node.text, expectedVersion: node.version } })
                    .then(again)
                }
              >
                {webinars.approve}
              </button>
              <button
                type="button"
                onClick={() =>
                  void dismissing
                    .act({
                      input: { questionId: node.id, reason: 'OFF_TOPIC', note: '', expectedVersion: node.version },
                    })
                    .then(again)
                }
              >
                {webinars.dismiss}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
