"""A plain site that a day's work makes of Django, Django REST framework and
django-simple-history, with the tracker's rows; it shows far less."""
