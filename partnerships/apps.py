from django.apps import AppConfig
from django.db.models.signals import post_migrate  # noqa: TID251 the triggers


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Security and Defence Partnerships"

    def ready(self):
        from partnerships.ledger.triggers import install_after_migrate

        post_migrate.connect(install_after_migrate, sender=self)
