"""Indexes by which the versions of a past day are reached, however many came later."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0012_prove_the_trail'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='historicalaffiliation',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='affiliation_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalaffiliation',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='affiliation_root'),
        ),
        migrations.AddIndex(
            model_name='historicalaffiliation',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partner__isnull', False)), fields=['partner'], name='affiliation_by_partner'),
        ),
        migrations.AddIndex(
            model_name='historicalarea',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='area_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalarea',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='area_root'),
        ),
        migrations.AddIndex(
            model_name='historicalarea',
            index=models.Index(condition=models.Q(('history_type', '+'), ('number__isnull', False)), fields=['number'], name='area_by_number'),
        ),
        migrations.AddIndex(
            model_name='historicalarea',
            index=models.Index(condition=models.Q(('history_type', '+'), ('slug__isnull', False)), fields=['slug'], name='area_by_slug'),
        ),
        migrations.AddIndex(
            model_name='historicalcheck',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='check_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalcheck',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='check_root'),
        ),
        migrations.AddIndex(
            model_name='historicalcheck',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='check_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='claim_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), fields=['id'], name='claim_root'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('source__isnull', False)), fields=['source'], name='claim_by_source'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('milestone__isnull', False)), fields=['milestone'], name='claim_by_milestone'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('coverage__isnull', False)), fields=['coverage'], name='claim_by_coverage'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('engagement__isnull', False)), fields=['engagement'], name='claim_by_engagement'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('affiliation__isnull', False)), fields=['affiliation'], name='claim_by_affiliation'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('partnership__isnull', False)), fields=['partnership'], name='claim_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('question__isnull', False)), fields=['question'], name='claim_by_question'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('record__isnull', False)), fields=['record'], name='claim_by_record'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('subject__isnull', False)), fields=['subject'], name='claim_by_subject'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('position__isnull', False)), fields=['position'], name='claim_by_position'),
        ),
        migrations.AddIndex(
            model_name='historicalclaim',
            index=models.Index(condition=models.Q(models.Q(('history_type', '+'), ('affiliation__isnull', False), _connector='OR'), ('namesake__isnull', False)), fields=['namesake'], name='claim_by_namesake'),
        ),
        migrations.AddIndex(
            model_name='historicalcoverage',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='coverage_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalcoverage',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='coverage_root'),
        ),
        migrations.AddIndex(
            model_name='historicalcoverage',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='coverage_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalcoverage',
            index=models.Index(condition=models.Q(('history_type', '+'), ('area__isnull', False)), fields=['area'], name='coverage_by_area'),
        ),
        migrations.AddIndex(
            model_name='historicaldoublecheck',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='doublecheck_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicaldoublecheck',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='doublecheck_root'),
        ),
        migrations.AddIndex(
            model_name='historicaldoublecheck',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='doublecheck_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicaldoublecheck',
            index=models.Index(condition=models.Q(('history_type', '+'), ('operation__isnull', False)), fields=['operation'], name='doublecheck_by_operation'),
        ),
        migrations.AddIndex(
            model_name='historicalengagement',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='engagement_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalengagement',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='engagement_root'),
        ),
        migrations.AddIndex(
            model_name='historicalengagement',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='engagement_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalmilestone',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='milestone_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalmilestone',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='milestone_root'),
        ),
        migrations.AddIndex(
            model_name='historicalmilestone',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='milestone_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalnamesake',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='namesake_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalnamesake',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='namesake_root'),
        ),
        migrations.AddIndex(
            model_name='historicalpartner',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='partner_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalpartner',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='partner_root'),
        ),
        migrations.AddIndex(
            model_name='historicalpartner',
            index=models.Index(condition=models.Q(('history_type', '+'), ('slug__isnull', False)), fields=['slug'], name='partner_by_slug'),
        ),
        migrations.AddIndex(
            model_name='historicalpartnership',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='partnership_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalpartnership',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='partnership_root'),
        ),
        migrations.AddIndex(
            model_name='historicalpartnership',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partner__isnull', False)), fields=['partner'], name='partnership_by_partner'),
        ),
        migrations.AddIndex(
            model_name='historicalposition',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='position_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalposition',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='position_root'),
        ),
        migrations.AddIndex(
            model_name='historicalposition',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='position_by_partnership'),
        ),
        migrations.AddIndex(
            model_name='historicalquestion',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='question_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalquestion',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='question_root'),
        ),
        migrations.AddIndex(
            model_name='historicalquestion',
            index=models.Index(condition=models.Q(('history_type', '+'), ('slug__isnull', False)), fields=['slug'], name='question_by_slug'),
        ),
        migrations.AddIndex(
            model_name='historicalroleassignment',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='roleassignment_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalroleassignment',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='roleassignment_root'),
        ),
        migrations.AddIndex(
            model_name='historicalroleassignment',
            index=models.Index(condition=models.Q(('history_type', '+'), ('account__isnull', False)), fields=['account'], name='roleassignment_by_account'),
        ),
        migrations.AddIndex(
            model_name='historicalsource',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='source_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalsource',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='source_root'),
        ),
        migrations.AddIndex(
            model_name='historicalsource',
            index=models.Index(condition=models.Q(('history_type', '+'), ('key__isnull', False)), fields=['key'], name='source_by_key'),
        ),
        migrations.AddIndex(
            model_name='historicalsubject',
            index=models.Index(condition=models.Q(('history_type', '-')), fields=['id', 'history_id'], name='subject_deleted'),
        ),
        migrations.AddIndex(
            model_name='historicalsubject',
            index=models.Index(condition=models.Q(('history_type', '+')), fields=['id'], name='subject_root'),
        ),
        migrations.AddIndex(
            model_name='historicalsubject',
            index=models.Index(condition=models.Q(('history_type', '+'), ('partnership__isnull', False)), fields=['partnership'], name='subject_by_partnership'),
        ),
    ]
