"""The editors' desk: screens made for their work, in Django's admin site."""
