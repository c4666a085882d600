"""members

Revision ID: 20261126_0200
Revises: 20261125_2310
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_0200"
down_revision = "20261125_2310"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('plans',
    sa.Column('kind', sa.Enum('regular', 'trial', 'day_pass', name='plankind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('fee_fen', BigId, nullable=False),
    sa.Column('months', BigId, nullable=False),
    sa.Column('days', BigId, nullable=False),
    sa.Column('grace_days', BigId, nullable=False),
    sa.Column('pays_member_price', sa.Boolean(), nullable=False),
    sa.Column('household_cards', BigId, nullable=False),
    sa.Column('guests', BigId, nullable=False),
    sa.Column('is_everywhere', sa.Boolean(), nullable=False),
    sa.Column('points_per_yuan', BigId, nullable=False),
    sa.Column('position', BigId, nullable=False),
    sa.Column('closed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('(months > 0) <> (days > 0)', name=op.f('ck_plans_months_or_days')),
    sa.CheckConstraint('fee_fen >= 0', name=op.f('ck_plans_fee_not_negative')),
    sa.CheckConstraint('household_cards >= 0 AND guests >= 0 AND points_per_yuan >= 0', name=op.f('ck_plans_counts_not_negative')),
    sa.CheckConstraint('months >= 0 AND days >= 0 AND grace_days >= 0', name=op.f('ck_plans_length_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('name', name=op.f('uq_plans_name'))
    )
    op.create_table('members',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=24), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('consent_version', sa.String(length=16), nullable=False),
    sa.Column('consent_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('blocked_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('blocked_reason', sa.String(length=200), nullable=False),
    sa.Column('blocked_by_id', BigId, nullable=True),
    sa.Column('joined_by_id', BigId, nullable=True),
    sa.Column('joined_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('forgotten_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("(blocked_at IS NULL) = (blocked_reason = '')", name=op.f('ck_members_blocked_for_a_reason')),
    sa.CheckConstraint('forgotten_at IS NOT NULL OR phone IS NOT NULL', name=op.f('ck_members_phone_until_forgotten')),
    sa.ForeignKeyConstraint(['blocked_by_id'], ['users.id'], name=op.f('fk_members_blocked_by_id')),
    sa.ForeignKeyConstraint(['joined_by_id'], ['users.id'], name=op.f('fk_members_joined_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_members_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members')),
    sa.UniqueConstraint('number', name=op.f('uq_members_number')),
    sa.UniqueConstraint('phone', name=op.f('uq_members_phone'))
    )
    op.create_index(op.f('ix_members_site_id'), 'members', ['site_id'], unique=False)
    op.create_table('cards',
    sa.Column('member_id', BigId, nullable=False),
    sa.Column('kind', sa.Enum('main', 'household', name='cardkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=24), nullable=True),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('handle', sa.String(length=16), nullable=False),
    sa.Column('link', sa.String(length=32), nullable=False),
    sa.Column('device', sa.String(length=64), nullable=True),
    sa.Column('last_step', BigId, nullable=False),
    sa.Column('issued_by_id', BigId, nullable=True),
    sa.Column('issued_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_reason', sa.Enum('lost', 'replaced', 'taken_back', name='revokereason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('revoked_by_id', BigId, nullable=True),
    sa.Column('replaced_by_id', BigId, nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_reason IS NULL)', name=op.f('ck_cards_revoked_for_a_reason')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['users.id'], name=op.f('fk_cards_issued_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_cards_member_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['cards.id'], name=op.f('fk_cards_replaced_by_id')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['users.id'], name=op.f('fk_cards_revoked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cards')),
    sa.UniqueConstraint('code', name=op.f('uq_cards_code')),
    sa.UniqueConstraint('handle', name=op.f('uq_cards_handle')),
    sa.UniqueConstraint('link', name=op.f('uq_cards_link'))
    )
    op.create_index(op.f('ix_cards_device'), 'cards', ['device'], unique=False)
    op.create_index(op.f('ix_cards_member_id'), 'cards', ['member_id'], unique=False)
    op.create_index('uq_cards_one_main', 'cards', ['member_id'], unique=True, sqlite_where=sa.text("kind = 'main' AND revoked_at IS NULL"), postgresql_where=sa.text("kind = 'main' AND revoked_at IS NULL"))
    op.create_table('member_applications',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('plan_id', BigId, nullable=False),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=24), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('consent_version', sa.String(length=16), nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('member_id', BigId, nullable=True),
    sa.Column('closed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_applications_member_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_member_applications_plan_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_member_applications_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_applications')),
    sa.UniqueConstraint('code', name=op.f('uq_member_applications_code'))
    )
    op.create_index(op.f('ix_member_applications_device'), 'member_applications', ['device'], unique=False)
    op.create_index(op.f('ix_member_applications_member_id'), 'member_applications', ['member_id'], unique=False)
    op.create_index(op.f('ix_member_applications_site_id'), 'member_applications', ['site_id'], unique=False)
    op.create_table('points_entries',
    sa.Column('member_id', BigId, nullable=False),
    sa.Column('kind', sa.Enum('earned', 'spent', 'earning_reversed', 'spending_reversed', 'expired', 'adjusted', name='pointskind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('points', BigId, nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('by_id', BigId, nullable=True),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("kind <> 'adjusted' OR note <> ''", name=op.f('ck_points_entries_adjusted_for_a_reason')),
    sa.CheckConstraint('points <> 0', name=op.f('ck_points_entries_points_not_zero')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_points_entries_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_points_entries_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_points_entries')),
    sa.UniqueConstraint('kind', 'subject', name=op.f('uq_points_entries_kind_subject'))
    )
    op.create_index('ix_points_entries_member', 'points_entries', ['member_id', 'id'], unique=False)
    op.create_table('renewal_reminders',
    sa.Column('member_id', BigId, nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('way', sa.String(length=16), nullable=False),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_renewal_reminders_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_renewal_reminders_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renewal_reminders'))
    )
    op.create_index(op.f('ix_renewal_reminders_member_id'), 'renewal_reminders', ['member_id'], unique=False)
    op.create_table('renewals',
    sa.Column('member_id', BigId, nullable=False),
    sa.Column('plan_id', BigId, nullable=False),
    sa.Column('after_id', BigId, nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('fee_fen', BigId, nullable=False),
    sa.Column('method', sa.Enum('till', 'wechat', 'alipay', 'card', 'bank', 'free', name='feemethod', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('by_id', BigId, nullable=True),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by_id', BigId, nullable=True),
    sa.Column('cancel_reason', sa.String(length=200), nullable=False),
    sa.Column('refunded_fen', BigId, nullable=True),
    sa.Column('refund_method', sa.Enum('till', 'wechat', 'alipay', 'card', 'bank', 'free', name='refundmethod', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('refund_reference', sa.String(length=80), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('(refunded_fen IS NULL) = (cancelled_at IS NULL)', name=op.f('ck_renewals_cancelled_has_refund')),
    sa.CheckConstraint('cancelled_at IS NULL OR refund_method IS NOT NULL', name=op.f('ck_renewals_refund_has_method')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_renewals_ends_after_start')),
    sa.CheckConstraint('fee_fen >= 0', name=op.f('ck_renewals_fee_not_negative')),
    sa.CheckConstraint('refunded_fen IS NULL OR refunded_fen BETWEEN 0 AND fee_fen', name=op.f('ck_renewals_refund_within_fee')),
    sa.ForeignKeyConstraint(['after_id'], ['renewals.id'], name=op.f('fk_renewals_after_id')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_renewals_by_id')),
    sa.ForeignKeyConstraint(['cancelled_by_id'], ['users.id'], name=op.f('fk_renewals_cancelled_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_renewals_member_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_renewals_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_renewals'))
    )
    op.create_index(op.f('ix_renewals_ends_on'), 'renewals', ['ends_on'], unique=False)
    op.create_index(op.f('ix_renewals_member_id'), 'renewals', ['member_id'], unique=False)
    op.create_index(op.f('ix_renewals_plan_id'), 'renewals', ['plan_id'], unique=False)
    op.create_index('uq_renewals_reference', 'renewals', ['reference'], unique=True)
    op.create_index('uq_renewals_one_after', 'renewals', ['after_id'], unique=True, sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
    op.create_index('uq_renewals_one_start', 'renewals', ['member_id', 'starts_on'], unique=True, sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
    op.create_table('card_photos',
    sa.Column('card_id', BigId, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('consent_version', sa.String(length=16), nullable=False),
    sa.Column('taken_by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['card_id'], ['cards.id'], name=op.f('fk_card_photos_card_id')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['users.id'], name=op.f('fk_card_photos_taken_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_photos')),
    sa.UniqueConstraint('card_id', name=op.f('uq_card_photos_card_id'))
    )
    op.create_table('entries',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('card_id', BigId, nullable=False),
    sa.Column('member_id', BigId, nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('way', sa.Enum('phone_card', 'printed_photo', 'printed_digits', 'by_number', 'let_in', name='entryway', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('guests', BigId, nullable=False),
    sa.Column('by_id', BigId, nullable=True),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('left_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("way <> 'let_in' OR reason <> ''", name=op.f('ck_entries_let_in_for_a_reason')),
    sa.CheckConstraint('guests >= 0', name=op.f('ck_entries_guests_not_negative')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_entries_by_id')),
    sa.ForeignKeyConstraint(['card_id'], ['cards.id'], name=op.f('fk_entries_card_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_entries_member_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_entries_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entries'))
    )
    op.create_index(op.f('ix_entries_member_id'), 'entries', ['member_id'], unique=False)
    op.create_index('ix_entries_site_day', 'entries', ['site_id', 'day'], unique=False)
    op.create_index('uq_entries_one_open', 'entries', ['card_id', 'day'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))


def downgrade() -> None:
    op.drop_index('uq_entries_one_open', table_name='entries', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
    op.drop_index('ix_entries_site_day', table_name='entries')
    op.drop_index(op.f('ix_entries_member_id'), table_name='entries')
    op.drop_table('entries')
    op.drop_table('card_photos')
    op.drop_index('uq_renewals_reference', table_name='renewals')
    op.drop_index('uq_renewals_one_start', table_name='renewals', sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
    op.drop_index('uq_renewals_one_after', table_name='renewals', sqlite_where=sa.text('cancelled_at IS NULL'), postgresql_where=sa.text('cancelled_at IS NULL'))
    op.drop_index(op.f('ix_renewals_plan_id'), table_name='renewals')
    op.drop_index(op.f('ix_renewals_member_id'), table_name='renewals')
    op.drop_index(op.f('ix_renewals_ends_on'), table_name='renewals')
    op.drop_table('renewals')
    op.drop_index(op.f('ix_renewal_reminders_member_id'), table_name='renewal_reminders')
    op.drop_table('renewal_reminders')
    op.drop_index('ix_points_entries_member', table_name='points_entries')
    op.drop_table('points_entries')
    op.drop_index(op.f('ix_member_applications_site_id'), table_name='member_applications')
    op.drop_index(op.f('ix_member_applications_member_id'), table_name='member_applications')
    op.drop_index(op.f('ix_member_applications_device'), table_name='member_applications')
    op.drop_table('member_applications')
    op.drop_index('uq_cards_one_main', table_name='cards', sqlite_where=sa.text("kind = 'main' AND revoked_at IS NULL"), postgresql_where=sa.text("kind = 'main' AND revoked_at IS NULL"))
    op.drop_index(op.f('ix_cards_member_id'), table_name='cards')
    op.drop_index(op.f('ix_cards_device'), table_name='cards')
    op.drop_table('cards')
    op.drop_index(op.f('ix_members_site_id'), table_name='members')
    op.drop_table('members')
    op.drop_table('plans')
