"""stock

Revision ID: 20261126_0205
Revises: 20261126_0200
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_0205"
down_revision = "20261126_0200"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('stock_counts',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('begun_by_id', BigId, nullable=False),
    sa.Column('begun_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('applied_by_id', BigId, nullable=True),
    sa.Column('applied_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('dropped_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['applied_by_id'], ['users.id'], name=op.f('fk_stock_counts_applied_by_id')),
    sa.ForeignKeyConstraint(['begun_by_id'], ['users.id'], name=op.f('fk_stock_counts_begun_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_stock_counts_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_counts'))
    )
    op.create_index(op.f('ix_stock_counts_site_id'), 'stock_counts', ['site_id'], unique=False)
    op.create_table('reorders',
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('supplier_id', BigId, nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('made_by_id', BigId, nullable=False),
    sa.Column('made_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('dropped_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_reorders_made_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_reorders_site_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['suppliers.id'], name=op.f('fk_reorders_supplier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reorders')),
    sa.UniqueConstraint('number', name=op.f('uq_reorders_number'))
    )
    op.create_index(op.f('ix_reorders_site_id'), 'reorders', ['site_id'], unique=False)
    op.create_index(op.f('ix_reorders_supplier_id'), 'reorders', ['supplier_id'], unique=False)
    op.create_table('goods_ins',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('supplier_id', BigId, nullable=True),
    sa.Column('from_site_id', BigId, nullable=True),
    sa.Column('reorder_id', BigId, nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('expected_on', sa.Date(), nullable=True),
    sa.Column('begun_by_id', BigId, nullable=False),
    sa.Column('begun_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', BigId, nullable=True),
    sa.Column('closed_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['begun_by_id'], ['users.id'], name=op.f('fk_goods_ins_begun_by_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['users.id'], name=op.f('fk_goods_ins_closed_by_id')),
    sa.ForeignKeyConstraint(['from_site_id'], ['sites.id'], name=op.f('fk_goods_ins_from_site_id')),
    sa.ForeignKeyConstraint(['reorder_id'], ['reorders.id'], name=op.f('fk_goods_ins_reorder_id')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_goods_ins_site_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['suppliers.id'], name=op.f('fk_goods_ins_supplier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_ins')),
    sa.UniqueConstraint('reorder_id', name=op.f('uq_goods_ins_reorder_id'))
    )
    op.create_index(op.f('ix_goods_ins_site_id'), 'goods_ins', ['site_id'], unique=False)
    op.create_index(op.f('ix_goods_ins_supplier_id'), 'goods_ins', ['supplier_id'], unique=False)
    op.create_table('goods_lines',
    sa.Column('goods_in_id', BigId, nullable=False),
    sa.Column('sku_id', BigId, nullable=False),
    sa.Column('expected', BigId, nullable=False),
    sa.Column('received', BigId, nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('expected >= 0 AND received >= 0', name=op.f('ck_goods_lines_pieces_not_negative')),
    sa.ForeignKeyConstraint(['goods_in_id'], ['goods_ins.id'], name=op.f('fk_goods_lines_goods_in_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_goods_lines_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_lines')),
    sa.UniqueConstraint('goods_in_id', 'sku_id', name=op.f('uq_goods_lines_goods_in_id_sku_id'))
    )
    op.create_table('reorder_lines',
    sa.Column('reorder_id', BigId, nullable=False),
    sa.Column('sku_id', BigId, nullable=False),
    sa.Column('quantity', BigId, nullable=False),
    sa.Column('unit_fen', BigId, nullable=True),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_reorder_lines_quantity_positive')),
    sa.ForeignKeyConstraint(['reorder_id'], ['reorders.id'], name=op.f('fk_reorder_lines_reorder_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_reorder_lines_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reorder_lines')),
    sa.UniqueConstraint('reorder_id', 'sku_id', name=op.f('uq_reorder_lines_reorder_id_sku_id'))
    )
    op.create_table('stock_items',
    sa.Column('site_id', BigId, nullable=False),
    sa.Column('sku_id', BigId, nullable=False),
    sa.Column('on_hand', BigId, nullable=False),
    sa.Column('in_back', BigId, nullable=False),
    sa.Column('low_at', BigId, nullable=False),
    sa.Column('fill_to', BigId, nullable=False),
    sa.Column('tax_permille', BigId, nullable=False),
    sa.Column('created_at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('in_back BETWEEN 0 AND on_hand', name=op.f('ck_stock_items_in_back_within_on_hand')),
    sa.CheckConstraint('low_at >= 0 AND fill_to >= 0', name=op.f('ck_stock_items_levels_not_negative')),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_items_on_hand_not_negative')),
    sa.CheckConstraint('tax_permille BETWEEN 0 AND 999', name=op.f('ck_stock_items_tax_permille')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_stock_items_site_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_items_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_items')),
    sa.UniqueConstraint('site_id', 'sku_id', name=op.f('uq_stock_items_site_id_sku_id'))
    )
    op.create_index(op.f('ix_stock_items_sku_id'), 'stock_items', ['sku_id'], unique=False)
    op.create_table('stock_count_lines',
    sa.Column('count_id', BigId, nullable=False),
    sa.Column('item_id', BigId, nullable=False),
    sa.Column('counted', BigId, nullable=False),
    sa.Column('ledger', BigId, nullable=False),
    sa.Column('by_id', BigId, nullable=False),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint('counted >= 0', name=op.f('ck_stock_count_lines_counted_not_negative')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_stock_count_lines_by_id')),
    sa.ForeignKeyConstraint(['count_id'], ['stock_counts.id'], name=op.f('fk_stock_count_lines_count_id')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_items.id'], name=op.f('fk_stock_count_lines_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_count_lines')),
    sa.UniqueConstraint('count_id', 'item_id', name=op.f('uq_stock_count_lines_count_id_item_id'))
    )
    op.create_table('stock_moves',
    sa.Column('item_id', BigId, nullable=False),
    sa.Column('kind', sa.Enum('received', 'sold', 'unsold', 'returned', 'wasted', 'counted', 'refilled', 'sent', 'arrived', name='movekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('quantity', BigId, nullable=False),
    sa.Column('back_quantity', BigId, nullable=False),
    sa.Column('subject', sa.String(length=48), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('by_id', BigId, nullable=True),
    sa.Column('at', selection_center.core.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', BigId, nullable=False),
    sa.CheckConstraint("kind <> 'wasted' OR reason <> ''", name=op.f('ck_stock_moves_wasted_for_a_reason')),
    sa.CheckConstraint('quantity <> 0 OR back_quantity <> 0', name=op.f('ck_stock_moves_moves_something')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_stock_moves_by_id')),
    sa.ForeignKeyConstraint(['item_id'], ['stock_items.id'], name=op.f('fk_stock_moves_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_moves')),
    sa.UniqueConstraint('item_id', 'kind', 'subject', name=op.f('uq_stock_moves_item_id_kind_subject'))
    )
    op.create_index(op.f('ix_stock_moves_at'), 'stock_moves', ['at'], unique=False)
    op.create_index(op.f('ix_stock_moves_item_id'), 'stock_moves', ['item_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_stock_moves_item_id'), table_name='stock_moves')
    op.drop_index(op.f('ix_stock_moves_at'), table_name='stock_moves')
    op.drop_table('stock_moves')
    op.drop_table('stock_count_lines')
    op.drop_index(op.f('ix_stock_items_sku_id'), table_name='stock_items')
    op.drop_table('stock_items')
    op.drop_table('reorder_lines')
    op.drop_table('goods_lines')
    op.drop_index(op.f('ix_goods_ins_supplier_id'), table_name='goods_ins')
    op.drop_index(op.f('ix_goods_ins_site_id'), table_name='goods_ins')
    op.drop_table('goods_ins')
    op.drop_index(op.f('ix_reorders_supplier_id'), table_name='reorders')
    op.drop_index(op.f('ix_reorders_site_id'), table_name='reorders')
    op.drop_table('reorders')
    op.drop_index(op.f('ix_stock_counts_site_id'), table_name='stock_counts')
    op.drop_table('stock_counts')
