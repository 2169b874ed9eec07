"""Checkpoints are signed, accounts are on record whole, damage is stated in public."""

import django.utils.timezone
from django.db import migrations, models

import partnerships.ledger.context


def leave_the_command_line_its_name(apps, schema_editor):
    """Empty a public name that is from now on that of nobody."""
    users = apps.get_model("partnerships", "User").objects
    names = ["command line", "check_sources"]
    users.filter(search_name__in=names).update(public_name="", search_name="")


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('partnerships', '0011_listen_for_leads'),
    ]

    operations = [
        migrations.AddField(
            model_name='checkpoint',
            name='signature',
            field=models.CharField(blank=True, default='', max_length=100),
        ),
        migrations.AlterField(
            model_name='checkpoint',
            name='taken_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RemoveConstraint(
            model_name='user',
            name='user_public_name_is_a_persons',
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='login',
            field=models.CharField(blank=True, max_length=16, verbose_name='user name and password'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='public_name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='login',
            field=models.CharField(blank=True, max_length=16, verbose_name='user name and password'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='public_name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.RunPython(leave_the_command_line_its_name, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('search_name__in', ['administrator', 'check_sources', 'command line', 'create_editor', 'data set', 'editor', 'migration', 'no role', 'publisher', 'viewer']), _negated=True), name='user_public_name_is_a_persons', violation_error_message='The public log has this name for a role, or for changes that nobody makes by hand. Choose another, or leave it empty.'),
        ),
        migrations.CreateModel(
            name='Damage',
            fields=[
                ('history_actor', models.TextField(blank=True, default=partnerships.ledger.context.current_actor)),
                ('history_kind', models.CharField(blank=True, choices=[('new_development', 'New development'), ('correction', 'Correction'), ('editorial', 'Editorial'), ('import', 'Import')], default=partnerships.ledger.context.current_kind, max_length=20)),
                ('history_changeset', models.UUIDField(default=partnerships.ledger.context.current_changeset)),
                ('history_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('partnership_id', models.BigIntegerField(null=True)),
                ('partner_id', models.BigIntegerField(null=True)),
                ('problems', models.TextField()),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(default='+', max_length=1)),
                ('history_change_reason', models.TextField()),
                ('history_user_id', models.BigIntegerField(null=True)),
            ],
            options={
                'ordering': ['history_id'],
                'default_permissions': (),
            },
        ),
    ]
