"""till

Revision ID: 20261126_0210
Revises: 20261126_0205
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_0210"
down_revision = "20261126_0205"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('simulated_charges',
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('refunded_fen', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('refunded_fen BETWEEN 0 AND amount_fen', name=op.f('ck_simulated_charges_refunded_within_amount')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_simulated_charges')),
    sa.UniqueConstraint('reference', name=op.f('uq_simulated_charges_reference'))
    )
    op.create_table('till_rules',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('discount_permille', BigId, nullable=False),
    sa.Column('refund_fen', BigId, nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('discount_permille BETWEEN 0 AND 1000', name=op.f('ck_till_rules_discount_permille')),
    sa.CheckConstraint('refund_fen >= 0', name=op.f('ck_till_rules_refund_not_negative')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_till_rules_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_till_rules')),
    sa.UniqueConstraint('site_id', name=op.f('uq_till_rules_site_id'))
    )
    op.create_table('tills',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('created_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_tills_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tills'))
    )
    op.create_index(op.f('ix_tills_site_id'), 'tills', ['site_id'], unique=False)
    op.create_index('uq_tills_name', 'tills', ['site_id', 'name'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('shifts',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('till_id', BigId, nullable=False),
    sa.Column('float_fen', BigId, nullable=False),
    sa.Column('opened_by_id', BigId, nullable=False),
    sa.Column('opened_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', BigId, nullable=True),
    sa.Column('closed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('notes_and_coins', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by_id IS NULL)', name=op.f('ck_shifts_closed_by_somebody')),
    sa.CheckConstraint('float_fen >= 0', name=op.f('ck_shifts_float_not_negative')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['users.id'], name=op.f('fk_shifts_closed_by_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_shifts_opened_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_shifts_site_id')),
    sa.ForeignKeyConstraint(['till_id'], ['tills.id'], name=op.f('fk_shifts_till_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    op.create_index(op.f('ix_shifts_opened_by_id'), 'shifts', ['opened_by_id'], unique=False)
    op.create_index('ix_shifts_site_opened', 'shifts', ['site_id', 'opened_at'], unique=False)
    op.create_index(op.f('ix_shifts_till_id'), 'shifts', ['till_id'], unique=False)
    op.create_index('uq_shifts_one_open', 'shifts', ['till_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('cash_movements',
    sa.Column('shift_id', BigId, nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_cash_movements_for_a_reason')),
    sa.CheckConstraint('amount_fen <> 0', name=op.f('ck_cash_movements_amount_not_zero')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_cash_movements_by_id')),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_cash_movements_shift_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cash_movements'))
    )
    op.create_index(op.f('ix_cash_movements_shift_id'), 'cash_movements', ['shift_id'], unique=False)
    op.create_table('sales',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('till_id', BigId, nullable=True),
    sa.Column('shift_id', BigId, nullable=True),
    sa.Column('channel', sa.Enum('till', 'phone', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'held', 'paying', 'paid', 'void', name='salestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=True),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('member_id', BigId, nullable=True),
    sa.Column('card_id', BigId, nullable=True),
    sa.Column('device', sa.String(length=64), nullable=True),
    sa.Column('discount_fen', BigId, nullable=False),
    sa.Column('discount_reason', sa.String(length=120), nullable=False),
    sa.Column('discount_approved_by_id', BigId, nullable=True),
    sa.Column('marked_fen', BigId, nullable=False),
    sa.Column('total_fen', BigId, nullable=False),
    sa.Column('tax_fen', BigId, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=24), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('consent_version', sa.String(length=16), nullable=True),
    sa.Column('invoice', sa.Enum('none', 'normal', 'special', name='invoicewish', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('invoice_title', sa.String(length=120), nullable=False),
    sa.Column('invoice_tax_number', sa.String(length=32), nullable=False),
    sa.Column('invoice_email', sa.String(length=120), nullable=False),
    sa.Column('hold_note', sa.String(length=80), nullable=False),
    sa.Column('void_reason', sa.String(length=120), nullable=False),
    sa.Column('opened_by_id', BigId, nullable=True),
    sa.Column('paid_by_id', BigId, nullable=True),
    sa.Column('opened_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('rounds', BigId, nullable=False),
    sa.Column('checked', BigId, nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("discount_fen = 0 OR discount_reason <> ''", name=op.f('ck_sales_discount_for_a_reason')),
    sa.CheckConstraint("state <> 'paid' OR (shift_id IS NOT NULL AND number IS NOT NULL)", name=op.f('ck_sales_paid_in_a_shift')),
    sa.CheckConstraint('discount_fen >= 0', name=op.f('ck_sales_discount_not_negative')),
    sa.ForeignKeyConstraint(['card_id'], ['cards.id'], name=op.f('fk_sales_card_id')),
    sa.ForeignKeyConstraint(['discount_approved_by_id'], ['users.id'], name=op.f('fk_sales_discount_approved_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_sales_member_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_sales_opened_by_id')),
    sa.ForeignKeyConstraint(['paid_by_id'], ['users.id'], name=op.f('fk_sales_paid_by_id')),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_sales_shift_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_sales_site_id')),
    sa.ForeignKeyConstraint(['till_id'], ['tills.id'], name=op.f('fk_sales_till_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sales')),
    sa.UniqueConstraint('code', name=op.f('uq_sales_code')),
    sa.UniqueConstraint('number', name=op.f('uq_sales_number')),
    sa.UniqueConstraint('token', name=op.f('uq_sales_token'))
    )
    op.create_index(op.f('ix_sales_device'), 'sales', ['device'], unique=False)
    op.create_index(op.f('ix_sales_member_id'), 'sales', ['member_id'], unique=False)
    op.create_index(op.f('ix_sales_shift_id'), 'sales', ['shift_id'], unique=False)
    op.create_index('ix_sales_site_paid', 'sales', ['site_id', 'paid_at'], unique=False)
    op.create_index('ix_sales_till_state', 'sales', ['till_id', 'state'], unique=False)
    op.create_table('shift_counts',
    sa.Column('shift_id', BigId, nullable=False),
    sa.Column('method', sa.Enum('cash', 'wechat', 'alipay', 'card', 'points', name='paymethod', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('expected_fen', BigId, nullable=False),
    sa.Column('counted_fen', BigId, nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_shift_counts_shift_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_counts')),
    sa.UniqueConstraint('shift_id', 'method', name=op.f('uq_shift_counts_shift_id_method'))
    )
    op.create_table('charges',
    sa.Column('sale_id', BigId, nullable=False),
    sa.Column('shift_id', BigId, nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('method', sa.Enum('cash', 'wechat', 'alipay', 'card', 'points', name='paymethod', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('provider_reference', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('asked', 'waiting', 'paid', 'refused', 'unknown', 'returned', name='chargestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('said', sa.String(length=200), nullable=False),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_charges_amount_above_zero')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_charges_by_id')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_charges_sale_id')),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_charges_shift_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charges')),
    sa.UniqueConstraint('reference', name=op.f('uq_charges_reference'))
    )
    op.create_index(op.f('ix_charges_sale_id'), 'charges', ['sale_id'], unique=False)
    op.create_index(op.f('ix_charges_shift_id'), 'charges', ['shift_id'], unique=False)
    op.create_table('refunds',
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('sale_id', BigId, nullable=False),
    sa.Column('shift_id', BigId, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('total_fen', BigId, nullable=False),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('approved_by_id', BigId, nullable=True),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_refunds_for_a_reason')),
    sa.CheckConstraint('total_fen >= 0', name=op.f('ck_refunds_total_not_negative')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['users.id'], name=op.f('fk_refunds_approved_by_id')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_refunds_by_id')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_refunds_sale_id')),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_refunds_shift_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_refunds_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refunds')),
    sa.UniqueConstraint('number', name=op.f('uq_refunds_number'))
    )
    op.create_index(op.f('ix_refunds_sale_id'), 'refunds', ['sale_id'], unique=False)
    op.create_index(op.f('ix_refunds_shift_id'), 'refunds', ['shift_id'], unique=False)
    op.create_index(op.f('ix_refunds_site_id'), 'refunds', ['site_id'], unique=False)
    op.create_table('refund_payments',
    sa.Column('refund_id', BigId, nullable=False),
    sa.Column('method', sa.Enum('cash', 'wechat', 'alipay', 'card', 'points', name='paymethod', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('charge_id', BigId, nullable=True),
    sa.Column('given_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_refund_payments_amount_above_zero')),
    sa.ForeignKeyConstraint(['charge_id'], ['charges.id'], name=op.f('fk_refund_payments_charge_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_refund_payments_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_payments'))
    )
    op.create_index(op.f('ix_refund_payments_charge_id'), 'refund_payments', ['charge_id'], unique=False)
    op.create_index(op.f('ix_refund_payments_refund_id'), 'refund_payments', ['refund_id'], unique=False)
    op.create_table('sale_payments',
    sa.Column('sale_id', BigId, nullable=False),
    sa.Column('shift_id', BigId, nullable=False),
    sa.Column('method', sa.Enum('cash', 'wechat', 'alipay', 'card', 'points', name='paymethod', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('tendered_fen', BigId, nullable=True),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('charge_id', BigId, nullable=True),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("(method = 'cash') = (tendered_fen IS NOT NULL)", name=op.f('ck_sale_payments_cash_is_tendered')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_sale_payments_amount_above_zero')),
    sa.CheckConstraint('tendered_fen IS NULL OR tendered_fen >= amount_fen', name=op.f('ck_sale_payments_tendered_enough')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_sale_payments_by_id')),
    sa.ForeignKeyConstraint(['charge_id'], ['charges.id'], name=op.f('fk_sale_payments_charge_id')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_sale_payments_sale_id')),
    sa.ForeignKeyConstraint(['shift_id'], ['shifts.id'], name=op.f('fk_sale_payments_shift_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sale_payments')),
    sa.UniqueConstraint('charge_id', name=op.f('uq_sale_payments_charge_id'))
    )
    op.create_index(op.f('ix_sale_payments_sale_id'), 'sale_payments', ['sale_id'], unique=False)
    op.create_index(op.f('ix_sale_payments_shift_id'), 'sale_payments', ['shift_id'], unique=False)
    op.create_table('sale_lines',
    sa.Column('sale_id', BigId, nullable=False),
    sa.Column('kind', sa.Enum('take_away', 'factory_direct', 'fee', 'other', name='linekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('listing_id', BigId, nullable=True),
    sa.Column('sku_id', BigId, nullable=True),
    sa.Column('sample_id', BigId, nullable=True),
    sa.Column('plan_id', BigId, nullable=True),
    sa.Column('order_id', BigId, nullable=True),
    sa.Column('quantity', BigId, nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('title_en', sa.String(length=300), nullable=False),
    sa.Column('spec', sa.String(length=160), nullable=False),
    sa.Column('spec_en', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('unit_en', sa.String(length=16), nullable=False),
    sa.Column('marked_fen', BigId, nullable=False),
    sa.Column('unit_fen', BigId, nullable=False),
    sa.Column('discount_fen', BigId, nullable=False),
    sa.Column('discount_reason', sa.String(length=120), nullable=False),
    sa.Column('discount_approved_by_id', BigId, nullable=True),
    sa.Column('share_fen', BigId, nullable=False),
    sa.Column('total_fen', BigId, nullable=False),
    sa.Column('tax_permille', BigId, nullable=False),
    sa.Column('tax_fen', BigId, nullable=False),
    sa.Column('refunded', BigId, nullable=False),
    sa.Column('refunded_fen', BigId, nullable=False),
    sa.Column('added_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("(kind = 'fee') = (plan_id IS NOT NULL)", name=op.f('ck_sale_lines_fee_has_plan')),
    sa.CheckConstraint("discount_fen = 0 OR discount_reason <> ''", name=op.f('ck_sale_lines_discount_for_a_reason')),
    sa.CheckConstraint("kind NOT IN ('take_away', 'factory_direct') OR sku_id IS NOT NULL", name=op.f('ck_sale_lines_goods_have_sku')),
    sa.CheckConstraint('discount_fen >= 0', name=op.f('ck_sale_lines_discount_not_negative')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_sale_lines_quantity_positive')),
    sa.CheckConstraint('refunded BETWEEN 0 AND quantity', name=op.f('ck_sale_lines_refunded_within_quantity')),
    sa.CheckConstraint('refunded_fen BETWEEN 0 AND total_fen', name=op.f('ck_sale_lines_refunded_fen_within_total')),
    sa.ForeignKeyConstraint(['discount_approved_by_id'], ['users.id'], name=op.f('fk_sale_lines_discount_approved_by_id')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_sale_lines_listing_id')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_sale_lines_order_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_sale_lines_plan_id')),
    sa.ForeignKeyConstraint(['sale_id'], ['sales.id'], name=op.f('fk_sale_lines_sale_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['samples.id'], name=op.f('fk_sale_lines_sample_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_sale_lines_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sale_lines'))
    )
    op.create_index(op.f('ix_sale_lines_listing_id'), 'sale_lines', ['listing_id'], unique=False)
    op.create_index(op.f('ix_sale_lines_order_id'), 'sale_lines', ['order_id'], unique=False)
    op.create_index(op.f('ix_sale_lines_sale_id'), 'sale_lines', ['sale_id'], unique=False)
    op.create_index(op.f('ix_sale_lines_sku_id'), 'sale_lines', ['sku_id'], unique=False)
    op.create_table('refund_lines',
    sa.Column('refund_id', BigId, nullable=False),
    sa.Column('sale_line_id', BigId, nullable=False),
    sa.Column('quantity', BigId, nullable=False),
    sa.Column('amount_fen', BigId, nullable=False),
    sa.Column('goes_to', sa.Enum('stock', 'waste', 'nowhere', name='goesto', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('amount_fen >= 0', name=op.f('ck_refund_lines_amount_not_negative')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_refund_lines_quantity_positive')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_refund_lines_refund_id')),
    sa.ForeignKeyConstraint(['sale_line_id'], ['sale_lines.id'], name=op.f('fk_refund_lines_sale_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_lines')),
    sa.UniqueConstraint('refund_id', 'sale_line_id', name=op.f('uq_refund_lines_refund_id_sale_line_id'))
    )
    op.create_index(op.f('ix_refund_lines_sale_line_id'), 'refund_lines', ['sale_line_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_refund_lines_sale_line_id'), table_name='refund_lines')
    op.drop_table('refund_lines')
    op.drop_index(op.f('ix_sale_lines_sku_id'), table_name='sale_lines')
    op.drop_index(op.f('ix_sale_lines_sale_id'), table_name='sale_lines')
    op.drop_index(op.f('ix_sale_lines_order_id'), table_name='sale_lines')
    op.drop_index(op.f('ix_sale_lines_listing_id'), table_name='sale_lines')
    op.drop_table('sale_lines')
    op.drop_index(op.f('ix_sale_payments_shift_id'), table_name='sale_payments')
    op.drop_index(op.f('ix_sale_payments_sale_id'), table_name='sale_payments')
    op.drop_table('sale_payments')
    op.drop_index(op.f('ix_refund_payments_refund_id'), table_name='refund_payments')
    op.drop_index(op.f('ix_refund_payments_charge_id'), table_name='refund_payments')
    op.drop_table('refund_payments')
    op.drop_index(op.f('ix_refunds_site_id'), table_name='refunds')
    op.drop_index(op.f('ix_refunds_shift_id'), table_name='refunds')
    op.drop_index(op.f('ix_refunds_sale_id'), table_name='refunds')
    op.drop_table('refunds')
    op.drop_index(op.f('ix_charges_shift_id'), table_name='charges')
    op.drop_index(op.f('ix_charges_sale_id'), table_name='charges')
    op.drop_table('charges')
    op.drop_table('shift_counts')
    op.drop_index('ix_sales_till_state', table_name='sales')
    op.drop_index('ix_sales_site_paid', table_name='sales')
    op.drop_index(op.f('ix_sales_shift_id'), table_name='sales')
    op.drop_index(op.f('ix_sales_member_id'), table_name='sales')
    op.drop_index(op.f('ix_sales_device'), table_name='sales')
    op.drop_table('sales')
    op.drop_index(op.f('ix_cash_movements_shift_id'), table_name='cash_movements')
    op.drop_table('cash_movements')
    op.drop_index('uq_shifts_one_open', table_name='shifts', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.drop_index(op.f('ix_shifts_till_id'), table_name='shifts')
    op.drop_index('ix_shifts_site_opened', table_name='shifts')
    op.drop_index(op.f('ix_shifts_opened_by_id'), table_name='shifts')
    op.drop_table('shifts')
    op.drop_index('uq_tills_name', table_name='tills', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.drop_index(op.f('ix_tills_site_id'), table_name='tills')
    op.drop_table('tills')
    op.drop_table('till_rules')
    op.drop_table('simulated_charges')
