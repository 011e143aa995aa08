/** What a responder types about errors; the text searches match a part of the invented lines. */
export const ERROR_QUESTIONS = {
  byService: 'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY service.name | SORT n DESC',
  byPattern: 'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY CATEGORIZE(message) | SORT n DESC',
  byPatternAndService:
    'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY CATEGORIZE(message), service.name | SORT n DESC',
  byMinute:
    'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY minute = BUCKET(@timestamp, 1 minute) | SORT minute',
  share:
    'FROM logs | STATS failed = COUNT(*) WHERE status_code >= 500, n = COUNT(*) BY service.name | EVAL share = 100.0 * failed / n | SORT share DESC',
  latest: 'FROM logs | WHERE level == "error" | SORT @timestamp DESC | LIMIT 50',
  textSearch: 'FROM logs | WHERE message : "refused" | SORT @timestamp DESC | LIMIT 50',
  phraseSearch:
    'FROM logs | WHERE KQL("level: error and message: \\"reset by peer\\"") | SORT @timestamp DESC | LIMIT 50',
  wordCount: 'FROM logs | WHERE message : "deadlock" | STATS n = COUNT(*) BY service.name | SORT n DESC',
  wordsCount:
    'FROM logs | WHERE MATCH(message, "connection refused") | STATS n = COUNT(*) BY service.name | SORT n DESC',
  likeCount: 'FROM logs | WHERE message LIKE "*deadlock detected*" | STATS n = COUNT(*) BY service.name | SORT n DESC',
} as const;
