"""Atom and JSON Feed of the changes and of the milestones, and a calendar of the
milestones. They take the parameters of the log and of the timeline."""
