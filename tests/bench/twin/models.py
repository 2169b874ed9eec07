from django.db import models
from simple_history.models import HistoricalRecords


class Row(models.Model):
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True


class Partner(Row):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=30)

    def __str__(self):
        return self.name


class Partnership(Row):
    partner = models.OneToOneField(Partner, models.PROTECT)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    reviewed_on = models.DateField(null=True, blank=True)

    def __str__(self):
        return self.title


class Fact(Row):
    partnership = models.ForeignKey(Partnership, models.CASCADE)

    class Meta:
        abstract = True


class Milestone(Fact):
    track = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    date = models.CharField(max_length=30, null=True, blank=True)  # noqa: DJ001
    note = models.TextField(blank=True)

    def __str__(self):
        return self.kind


class Coverage(Fact):
    area_id = models.IntegerField()
    value = models.CharField(max_length=20)

    def __str__(self):
        return self.value


#: In the order in which they are filled.
TABLES = [Partner, Partnership, Milestone, Coverage]
