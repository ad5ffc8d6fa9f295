"""How many statements each nesting under programmes and runs costs, whatever the size of the page."""

PROGRAMME_NESTINGS: dict[str, tuple[str, int]] = {
    "Programme.managers": ("programmes({page}) { edges { node { managers { name } } } }", 3),
    "Programme.memberCount": ("programmes({page}) { edges { node { memberCount(side: LEARNER) } } }", 2),
    "ProgrammeMember.profile": (
        "programmeMembers(programmeId: $programme, side: LEARNER, {page}) { edges { node { profile { name } } } }",
        3,
    ),
    "SettledPair.learner": (
        "settledPairs(programmeId: $programme, {page}) { edges { node { learner { name } } } }",
        3,
    ),
    "SettledPair.mentor": ("settledPairs(programmeId: $programme, {page}) { edges { node { mentor { name } } } }", 3),
    "CohortRun.programme": (
        "cohortRuns(programmeId: $programme, {page}) { edges { node { programme { title } } } }",
        3,
    ),
    "CohortProposal.learner": ("cohortLists(runId: $run, {page}) { edges { node { learner { name } } } }", 4),
    "CohortProposal.mentor": ("cohortLists(runId: $run, {page}) { edges { node { mentor { name } } } }", 4),
    "MentorChange.learner": ("cohortPreview(runId: $run) { gains { learner { name } } }", 3),
    "MentorChange.mentorBefore": ("cohortPreview(runId: $run) { gains { mentorBefore { name } } }", 3),
    "MentorChange.mentorNow": ("cohortPreview(runId: $run) { gains { mentorNow { name } } }", 3),
    "BrokenLock.learner": ("cohortPreview(runId: $run) { brokenLocks { learner { name } } }", 3),
    "BrokenLock.mentor": ("cohortPreview(runId: $run) { brokenLocks { mentor { name } } }", 3),
    "FairnessReport.plots": ("fairnessReport(runId: $run) { plots { svg } }", 3),
}
