# Each signature that is on record, with the publishers of the documents that speak of it.

library(dplyr)
library(readr)

tracker <- Sys.getenv("TRACKER", "http://127.0.0.1:8000")

# Namibia's code is NA, which R would take for a value that is missing.
read_table <- function(name) {
  read_csv(paste0(tracker, "/data/", name, ".csv"), na = "", show_col_types = FALSE)
}

sources <- read_table("claims") |>
  inner_join(read_table("sources"), by = c("source" = "key")) |>
  distinct(fact, publisher)

read_table("milestones") |>
  filter(kind == "signed", certainty != "rejected") |>
  mutate(fact = paste0("milestone-", id)) |>
  inner_join(sources, by = "fact") |>
  group_by(date, partnership, track) |>
  summarise(publishers = paste(sort(publisher), collapse = ", "), .groups = "drop") |>
  print(n = Inf)
