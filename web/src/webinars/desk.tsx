/** The desk of those who run a webinar; attendees never load it. */

import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { QuestionsOnStage } from '../api/gen/documents'
import type { WebinarCardFragment } from '../api/gen/types'
import { LineNote } from '../rooms/live'
import { Failed, Loading } from '../ui/parts'
import { Controls } from './controls'
import { PollMaker } from './poll-maker'
import Polls from './polls'
import { Review } from './review'
import { Stage } from './stage'
import { topicOf, useNews } from './use-news'

export default function Desk({ webinar }: { webinar: WebinarCardFragment }): JSX.Element {
  const { data, failure, again } = useAnswer(QuestionsOnStage, { webinarId: webinar.id })
  const staffTopic = `${webinar.topic}:staff`
  useNews(staffTopic, again)
  useNews(topicOf(webinar), again)
  const questions = data?.questionsToReview.edges.map(({ node }) => node)
  return (
    <>
      <LineNote />
      <div class="halves">
        <div class="stack">
          <Review
            webinarId={webinar.id}
            staffTopic={staffTopic}
            shown={(questions ?? []).filter(({ state }) => state === 'LIVE')}
          />
          <Controls webinar={webinar} />
          <Polls webinar={webinar} maker={(made) => <PollMaker webinarId={webinar.id} made={made} />} />
        </div>
        <div class="stack">
          {questions === undefined ? (
            failure === undefined ? (
              <Loading />
            ) : (
              <Failed failure={failure} retry={again} />
            )
          ) : (
            <Stage webinar={webinar} questions={questions} again={again} />
          )}
        </div>
      </div>
    </>
  )
}
