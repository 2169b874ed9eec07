# Who signed when, and the milestones of each track.

library(jsonlite)

tracker <- Sys.getenv("TRACKER", "http://127.0.0.1:8000")

address <- paste0(tracker, "/api/v1/partnerships/?page_size=200")
pages <- list()
while (!is.null(address)) {
  page <- fromJSON(address, flatten = TRUE)
  pages <- c(pages, list(page$results))
  address <- page$`next`
}
partnerships <- rbind_pages(pages)
print(partnerships[order(partnerships$signed_on), c("slug", "status", "signed_on")])

milestones <- read.csv(paste0(tracker, "/data/milestones.csv"), fileEncoding = "UTF-8-BOM")
print(table(milestones$kind, milestones$track))
