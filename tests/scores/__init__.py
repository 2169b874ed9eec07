"""Scores of the pages by Lighthouse, on a phone with a simulated slow network."""
