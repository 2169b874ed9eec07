"""Pictures that stand alone: as SVG, and as PNG of that.

They say on their face what they show, as of which day, how far that was checked and
where they come from, since they are shown where no page says so. Colours are written
into them. This package is pure: no request, no clock, and no query.
"""
