# Who signed when, and the milestones of each track.

library(jsonlite)

tracker <- Sys.getenv("TRACKER", "http://127.0.0.1:8000")

address <- paste0(tracker, "/api/v1/partnerships/?page_size=200")
pages <- list()
while (!is.null(address)) {
  page <- fromJSON(address, flatten = TRUE)
  pages <- c(pages, list(page$results[c("slug", "status", "signed_on")]))
  address <- page$`next`
}
partnerships <- do.call(rbind, pages)
print(partnerships[order(partnerships$signed_on), ])

# Namibia's code is NA, which R would take for a value that is missing.
milestones <- read.csv(paste0(tracker, "/data/milestones.csv"), fileEncoding = "UTF-8-BOM", na.strings = "")
print(table(milestones$kind, milestones$track))
