from django.apps import AppConfig
from django.db.models.signals import (  # noqa: TID251 for the triggers
    post_migrate,
    pre_migrate,
)


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Security and Defence Partnerships"

    def ready(self):
        from partnerships.ledger.triggers import (
            coarsen_before_migrate,
            install_after_migrate,
        )

        pre_migrate.connect(coarsen_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
