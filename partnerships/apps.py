from django.apps import AppConfig
from django.db.models.signals import (  # noqa: TID251 for the triggers, and for roles
    m2m_changed,
    post_migrate,
    post_save,
    pre_delete,
    pre_migrate,
)


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Security and Defence Partnerships"

    def ready(self):
        from partnerships.ledger.migrate import (
            derive_anew_after_migrate,
            keep_trail_before_migrate,
        )
        from partnerships.ledger.triggers import (
            coarsen_before_migrate,
            install_after_migrate,
        )
        from partnerships.models import role_assignment, user

        pre_migrate.connect(keep_trail_before_migrate, sender=self)
        pre_migrate.connect(coarsen_before_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
        # Groups are Django's own: nothing else tells of what joins and leaves them.
        memberships = user.User.groups.through
        m2m_changed.connect(role_assignment.note_groups, sender=memberships)
        post_save.connect(role_assignment.note_saved, sender=user.User)
        pre_delete.connect(role_assignment.leave_group, sender=user.Group)
        post_migrate.connect(role_assignment.note_earlier_roles, sender=self)
        post_migrate.connect(derive_anew_after_migrate, sender=self)
